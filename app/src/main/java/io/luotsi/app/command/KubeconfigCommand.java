package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "kubeconfig", description = "Prints the administrator's kubeconfig.")
final class KubeconfigCommand implements Callable<Integer> {
  @Mixin private DataOption data = new DataOption();

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Override
  public Integer call() {
    DataDirectory directory = data.directory();
    try {
      System.out.print(Files.readString(directory.kubeconfig()));
      return 0;
    } catch (NoSuchFileException e) {
      throw new PlainFailure(
          "there is no cluster in " + directory.root() + "; start one with: luotsi up");
    } catch (IOException e) {
      throw new PlainFailure("cannot read " + directory.kubeconfig() + ": " + e.getMessage(), e);
    }
  }
}
