import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs Luotsi and its libraries into the one jar that {@code ./luotsi} runs.
 *
 * <p>A start would otherwise open eighty jars, read half a megabyte of manifests and index what
 * nobody asks for. And the JDK's AOT cache passes over some two thousand of the classes that a start
 * needs, which is mended here:
 *
 * <ul>
 *   <li>those of signed jars (Bouncy Castle): the signatures are left out;
 *   <li>those of class files older than Java 6 (picocli): they get stack maps and a newer version;
 *   <li>lambdas that can be serialised, as all of Scala's can: they become ordinary ones. Nothing in
 *       Luotsi serialises objects the JDK's way.
 * </ul>
 *
 * <p>Besides, Ratis registers nothing with JMX: it cannot be told not to, and whatever the JDK has to
 * be managed by, its flight recorder too, would be made for it while everybody waits for Raft.
 *
 * <p>Arguments: the jar whose manifest names the others, and the jar to write. A jar whose content
 * would be the same is not written anew, so that the cache made from it stays valid.
 */
final class Pack {
  private static final int RUNTIME = 25;
  private static final int JAVA_6 = 50;
  private static final byte[] MARK = "altMetafactory".getBytes(StandardCharsets.US_ASCII);
  private static final FileTime NO_TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
  private static final String JMX = "org/apache/ratis/util/JmxRegister.class";
  private static final String VERSIONS = "META-INF/versions/";
  private static final String SERVICES = "META-INF/services/";

  /** Arguments of {@code altMetafactory} before its flags; all that {@code metafactory} has. */
  private static final int PLAIN_ARGUMENTS = 3;

  private static final int SERIALIZABLE = 1;
  private static final int BRIDGES = 4;

  private final ClassFile oldClasses;

  /** What goes into the jar, sorted, so that the same input gives the same jar. */
  private final Map<String, byte[]> entries = new TreeMap<>();

  private Pack(ClassLoader libraries) {
    this.oldClasses =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(libraries)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  public static void main(String[] arguments) throws IOException {
    Path main = Path.of(arguments[0]);
    Path packed = Path.of(arguments[1]);
    List<Path> jars = jars(main);
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    try (URLClassLoader libraries =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Pack pack = new Pack(libraries);
      for (Path jar : jars) {
        pack.add(jar);
      }
      pack.entries.computeIfPresent(JMX, (name, content) -> withoutRegistration(content));
      pack.entries.entrySet().parallelStream()
          .filter(entry -> entry.getKey().endsWith(".class"))
          .forEach(entry -> entry.setValue(pack.fit(entry.getValue())));
      pack.write(manifest(main), packed);
    }
  }

  /** In the order of the class path. */
  private static List<Path> jars(Path main) throws IOException {
    List<Path> jars = new ArrayList<>(List.of(main));
    try (JarFile jar = new JarFile(main.toFile())) {
      String others = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      for (String other : others.split(" ")) {
        jars.add(main.resolveSibling(other));
      }
    }
    return jars;
  }

  private static byte[] manifest(Path main) throws IOException {
    try (JarFile jar = new JarFile(main.toFile())) {
      Manifest manifest = jar.getManifest();
      manifest.getMainAttributes().remove(Attributes.Name.CLASS_PATH);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      manifest.write(bytes);
      return bytes.toByteArray();
    }
  }

  private void add(Path path) throws IOException {
    Map<String, byte[]> own = new TreeMap<>();
    try (JarFile jar = new JarFile(path.toFile(), false, JarFile.OPEN_READ, Runtime.version())) {
      // Versioned: what a JVM of this version would see, under plain names.
      for (ZipEntry entry : jar.versionedStream().toList()) {
        if (!entry.isDirectory() && isWanted(entry.getName())) {
          try (InputStream in = jar.getInputStream(entry)) {
            own.put(entry.getName(), in.readAllBytes());
          }
        }
      }
    }
    own.forEach(
        (name, content) -> {
          if (name.equals("reference.conf") || name.startsWith(SERVICES)) {
            entries.merge(name, content, Pack::joined);
          } else {
            entries.putIfAbsent(isLegal(name) ? "META-INF/legal/" + path.getFileName() + "/" + name : name, content);
          }
        });
  }

  private static boolean isWanted(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    boolean signature =
        upper.startsWith("META-INF/")
            && Stream.of(".SF", ".RSA", ".DSA", ".EC").anyMatch(upper::endsWith);
    return !signature
        && !name.equals(JarFile.MANIFEST_NAME)
        && !name.equals("META-INF/INDEX.LIST")
        && !name.startsWith("META-INF/maven/")
        && !name.startsWith(VERSIONS)
        && !name.endsWith("module-info.class");
  }

  /** Several libraries have files of these names, and all of them are to be kept. */
  private static boolean isLegal(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT);
    return Stream.of("LICENSE", "NOTICE", "COPYING", "DEPENDENCIES").anyMatch(last::startsWith)
        && !last.endsWith(".CLASS");
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.write('\n');
    both.writeBytes(second);
    return both.toByteArray();
  }

  private void write(byte[] manifest, Path packed) throws IOException {
    String digest = digest(manifest);
    Path mark = packed.resolveSibling(packed.getFileName() + ".sha256");
    if (Files.exists(packed) && Files.exists(mark) && Files.readString(mark).equals(digest)) {
      return;
    }
    Files.createDirectories(packed.getParent());
    Path fresh = packed.resolveSibling(packed.getFileName() + ".new");
    try (OutputStream out = Files.newOutputStream(fresh);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(Deflater.BEST_SPEED);
      put(zip, JarFile.MANIFEST_NAME, manifest);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
    Files.deleteIfExists(mark);
    // Never in place: a Luotsi that runs reads on from the old one.
    Files.move(fresh, packed, StandardCopyOption.ATOMIC_MOVE);
    Files.writeString(mark, digest);
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setLastModifiedTime(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private String digest(byte[] manifest) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(manifest);
      entries.forEach(
          (name, content) -> {
            digest.update((name + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
            digest.update(content);
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The class file in a form that the cache takes; the same array if it is that already. */
  private byte[] fit(byte[] bytes) {
    int version = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(6));
    if (version < JAVA_6) {
      return modern(bytes);
    }
    return contains(bytes, MARK) ? new Lambdas(bytes).plain() : bytes;
  }

  /** What registers says that it could not. */
  private static byte[] withoutRegistration(byte[] bytes) {
    ClassFile format = ClassFile.of();
    return format.transformClass(
        format.parse(bytes),
        ClassTransform.transformingMethods(
            method -> method.methodName().equalsString("register"),
            MethodTransform.dropping(CodeModel.class::isInstance)
                .andThen(
                    MethodTransform.endHandler(
                        method -> method.withCode(code -> code.aconst_null().areturn())))));
  }

  private byte[] modern(byte[] bytes) {
    return oldClasses.transformClass(
        oldClasses.parse(bytes),
        ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
            .andThen(
                (builder, element) -> {
                  if (element instanceof ClassFileVersion) {
                    builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                  } else {
                    builder.with(element);
                  }
                }));
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int at = 0; at <= bytes.length - part.length; at++) {
      if (bytes[at] == part[0]
          && Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The bootstrap methods of one class file. They are edited where they stand: the code that refers
   * to them stays as it is.
   */
  private static final class Lambdas {
    private static final int POOL = 8;
    private static final byte UTF8 = 1;
    private static final byte INTEGER = 3;
    private static final byte NAME_AND_TYPE = 12;
    private static final byte METHOD_REFERENCE = 10;
    private static final byte METHOD_HANDLE = 15;
    private static final byte INVOKE_DYNAMIC = 18;
    private static final byte INVOKE_STATIC = 6;
    private static final String DESCRIPTOR =
        "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;"
            + "Ljava/lang/invoke/MethodType;Ljava/lang/invoke/MethodHandle;"
            + "Ljava/lang/invoke/MethodType;)Ljava/lang/invoke/CallSite;";

    private final byte[] bytes;
    private final ByteBuffer in;

    /** Where each constant begins. */
    private final int[] constants;

    private final int poolEnd;

    Lambdas(byte[] bytes) {
      this.bytes = bytes;
      this.in = ByteBuffer.wrap(bytes);
      this.constants = new int[unsigned(POOL)];
      int at = POOL + 2;
      for (int index = 1; index < constants.length; index++) {
        constants[index] = at;
        byte tag = bytes[at];
        at += constantBytes(at);
        if (tag == 5 || tag == 6) {
          index++; // long and double take two places
        }
      }
      this.poolEnd = at;
    }

    private int unsigned(int at) {
      return Short.toUnsignedInt(in.getShort(at));
    }

    private int constantBytes(int at) {
      return switch (bytes[at]) {
        case UTF8 -> 3 + unsigned(at + 1);
        case 7, 8, 16, 19, 20 -> 3;
        case METHOD_HANDLE -> 4;
        case 5, 6 -> 9;
        default -> 5;
      };
    }

    private String text(int index) {
      int at = constants[index];
      return new String(bytes, at + 3, unsigned(at + 1), StandardCharsets.UTF_8);
    }

    /** The class file with ordinary lambdas; the same array if there were no others. */
    byte[] plain() {
      int start = bootstrapMethods();
      if (start == 0) {
        return bytes;
      }
      int end = start + 6 + in.getInt(start + 2);
      int added = constants.length;
      ByteBuffer methods = ByteBuffer.allocate(end - start);
      methods.putShort(in.getShort(start)).putInt(0).putShort(in.getShort(start + 6));
      int at = start + 8;
      int owner = 0;
      for (int method = 0; method < unsigned(start + 6); method++) {
        int count = unsigned(at + 2);
        int next = at + 4 + 2 * count;
        if (isSerializable(method, at, count)) {
          owner = unsigned(constants[reference(at)] + 1);
          methods.putShort((short) (added + 4)).putShort((short) PLAIN_ARGUMENTS);
          methods.put(bytes, at + 4, 2 * PLAIN_ARGUMENTS);
        } else {
          methods.put(bytes, at, next - at);
        }
        at = next;
      }
      if (owner == 0) {
        return bytes;
      }
      methods.putInt(2, methods.position() - 6);
      ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
      out.write(bytes, 0, poolEnd);
      out.writeBytes(metafactory(owner, added));
      out.write(bytes, poolEnd, start - poolEnd);
      out.write(methods.array(), 0, methods.position());
      out.write(bytes, end, bytes.length - end);
      byte[] after = out.toByteArray();
      ByteBuffer.wrap(after).putShort(POOL, (short) (added + 5));
      return after;
    }

    /** The five constants of its handle, from index {@code first} on. */
    private static byte[] metafactory(int owner, int first) {
      ByteBuffer added = ByteBuffer.allocate(512);
      for (String text : List.of("metafactory", DESCRIPTOR)) {
        added.put(UTF8).putShort((short) text.length());
        added.put(text.getBytes(StandardCharsets.US_ASCII));
      }
      added.put(NAME_AND_TYPE).putShort((short) first).putShort((short) (first + 1));
      added.put(METHOD_REFERENCE).putShort((short) owner).putShort((short) (first + 2));
      added.put(METHOD_HANDLE).put(INVOKE_STATIC).putShort((short) (first + 3));
      return Arrays.copyOf(added.array(), added.position());
    }

    /** Index of the method that the bootstrap method's handle refers to. */
    private int reference(int at) {
      return unsigned(constants[unsigned(at)] + 2);
    }

    /** Whether serialisation is all that distinguishes it from an ordinary one. */
    private boolean isSerializable(int method, int at, int count) {
      int reference = constants[reference(at)];
      if (bytes[reference] != METHOD_REFERENCE) {
        return false;
      }
      int nameAndType = constants[unsigned(reference + 3)];
      if (!text(unsigned(nameAndType + 1)).equals("altMetafactory")) {
        return false;
      }
      int flags = number(at, PLAIN_ARGUMENTS);
      if (flags == SERIALIZABLE) {
        return true;
      }
      // Scala repeats the lambda's own type as that of a bridge, to which no call through its
      // functions' generic interfaces leads.
      return flags == (SERIALIZABLE | BRIDGES)
          && count == PLAIN_ARGUMENTS + 3
          && number(at, PLAIN_ARGUMENTS + 1) == 1
          && unsigned(at + 4 + 2 * 2) == unsigned(at + 4 + 2 * 5)
          && makesOnlyFunctions(method);
    }

    private boolean makesOnlyFunctions(int method) {
      for (int index = 1; index < constants.length; index++) {
        int at = constants[index];
        if (at != 0 && bytes[at] == INVOKE_DYNAMIC && unsigned(at + 1) == method) {
          String type = text(unsigned(constants[unsigned(at + 3)] + 3));
          if (!type.substring(type.indexOf(')') + 1).startsWith("Lscala/Function")) {
            return false;
          }
        }
      }
      return true;
    }

    private int number(int at, int argument) {
      int constant = constants[unsigned(at + 4 + 2 * argument)];
      return bytes[constant] == INTEGER ? in.getInt(constant + 1) : -1;
    }

    /** Where the attribute begins; 0 if there is none. */
    private int bootstrapMethods() {
      int at = poolEnd + 6;
      at += 2 + 2 * unsigned(at); // interfaces
      at = afterMembers(at); // fields
      at = afterMembers(at); // methods
      int left = unsigned(at);
      at += 2;
      for (; left > 0; left--) {
        if (text(unsigned(at)).equals("BootstrapMethods")) {
          return at;
        }
        at += 6 + in.getInt(at + 2);
      }
      return 0;
    }

    private int afterMembers(int start) {
      int at = start + 2;
      for (int members = unsigned(start); members > 0; members--) {
        int attributes = unsigned(at + 6);
        at += 8;
        for (; attributes > 0; attributes--) {
          at += 6 + in.getInt(at + 2);
        }
      }
      return at;
    }
  }
}
