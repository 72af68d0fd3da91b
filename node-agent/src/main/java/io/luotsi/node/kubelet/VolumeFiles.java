package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMapProjection;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.luotsi.node.kubelet.AtomicFiles.Body;
import io.luotsi.node.kubelet.ContainerEnvironment.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which files a volume holds whose contents come from the API: of ConfigMaps, of Secrets, of the
 * pod itself, tokens of its account, and all of them together.
 *
 * @see "Source: pkg/volume/configmap, secret, downwardapi, projected: collectData"
 */
final class VolumeFiles {
  private static final int FILE_MODE = 0644;

  /** A token is for its user alone where the pod says who that is. */
  private static final int OWN_TOKEN_MODE = 0600;

  /** Where the contents come from, all of the pod's namespace. */
  interface References {
    /** By key; empty if there is no such ConfigMap. */
    Optional<Map<String, byte[]>> configMapFiles(String name) throws ConfigException;

    /** By key, decoded; empty if there is no such Secret. */
    Optional<Map<String, byte[]>> secretFiles(String name) throws ConfigException;
  }

  /** Gives tokens of the pod's account. */
  @FunctionalInterface
  interface Tokens {
    String token(Pod pod, ServiceAccountTokenProjection wanted) throws ConfigException;
  }

  private final Pod pod;
  private final References references;
  private final Tokens tokens;
  private final Map<String, Quantity> node;
  private final SortedMap<String, Body> files = new TreeMap<>();

  private VolumeFiles(Pod pod, References references, Tokens tokens, Map<String, Quantity> node) {
    this.pod = pod;
    this.references = references;
    this.tokens = tokens;
    this.node = node;
  }

  /** Whether its contents come from the API, and may change. */
  static boolean hasFiles(Volume volume) {
    return volume.getConfigMap() != null
        || volume.getSecret() != null
        || volume.getDownwardAPI() != null
        || volume.getProjected() != null;
  }

  /** Whether it tells of the pod's labels or annotations. */
  static boolean tellsOfThePod(Volume volume) {
    return volume.getDownwardAPI() != null
        || volume.getProjected() != null
            && volume.getProjected().getSources().stream()
                .anyMatch(s -> s.getDownwardAPI() != null);
  }

  /**
   * By path.
   *
   * @param volume one that {@link #hasFiles}
   * @param node what containers without limits see as theirs
   * @throws ConfigException if something is not there that must be
   */
  static SortedMap<String, Body> of(
      Pod pod, Volume volume, References references, Tokens tokens, Map<String, Quantity> node)
      throws ConfigException {
    VolumeFiles all = new VolumeFiles(pod, references, tokens, node);
    if (volume.getConfigMap() != null) {
      var source = volume.getConfigMap();
      all.addConfigMap(
          new ConfigMapProjection(source.getItems(), source.getName(), source.getOptional()),
          source.getDefaultMode());
    } else if (volume.getSecret() != null) {
      var source = volume.getSecret();
      all.addSecret(
          new SecretProjection(source.getItems(), source.getSecretName(), source.getOptional()),
          source.getDefaultMode());
    } else if (volume.getDownwardAPI() != null) {
      var source = volume.getDownwardAPI();
      all.addDownward(source.getItems(), source.getDefaultMode());
    } else {
      var projected = volume.getProjected();
      for (VolumeProjection source : projected.getSources()) {
        all.add(source, projected.getDefaultMode());
      }
    }
    return all.files;
  }

  private void add(VolumeProjection source, @Nullable Integer mode) throws ConfigException {
    if (source.getConfigMap() != null) {
      addConfigMap(source.getConfigMap(), mode);
    } else if (source.getSecret() != null) {
      addSecret(source.getSecret(), mode);
    } else if (source.getDownwardAPI() != null) {
      addDownward(source.getDownwardAPI().getItems(), mode);
    } else if (source.getServiceAccountToken() != null) {
      var wanted = source.getServiceAccountToken();
      int ofToken = namesItsUser() ? OWN_TOKEN_MODE : or(mode);
      put(wanted.getPath(), tokens.token(pod, wanted), ofToken);
    } else {
      throw new ConfigException("a projected source that this node does not have");
    }
  }

  private void addConfigMap(ConfigMapProjection source, @Nullable Integer mode)
      throws ConfigException {
    boolean optional = Boolean.TRUE.equals(source.getOptional());
    Optional<Map<String, byte[]>> found = references.configMapFiles(source.getName());
    if (found.isEmpty() && !optional) {
      throw new ConfigException("configmap \"" + source.getName() + "\" not found");
    }
    addKeys(
        "configmap references non-existent config key: ", found, source.getItems(), optional, mode);
  }

  private void addSecret(SecretProjection source, @Nullable Integer mode) throws ConfigException {
    boolean optional = Boolean.TRUE.equals(source.getOptional());
    Optional<Map<String, byte[]>> found = references.secretFiles(source.getName());
    if (found.isEmpty() && !optional) {
      throw new ConfigException("secret \"" + source.getName() + "\" not found");
    }
    addKeys("references non-existent secret key: ", found, source.getItems(), optional, mode);
  }

  private void addKeys(
      String missing,
      Optional<Map<String, byte[]>> found,
      @Nullable List<KeyToPath> items,
      boolean optional,
      @Nullable Integer mode)
      throws ConfigException {
    Map<String, byte[]> values = found.orElse(Map.of());
    if (items == null || items.isEmpty()) {
      values.forEach((key, bytes) -> files.put(key, new Body(bytes, or(mode))));
      return;
    }
    for (KeyToPath item : items) {
      byte[] bytes = values.get(item.getKey());
      if (bytes != null) {
        Integer own = item.getMode();
        files.put(item.getPath(), new Body(bytes, or(own == null ? mode : own)));
      } else if (!optional) {
        throw new ConfigException(missing + item.getKey());
      }
    }
  }

  private void addDownward(@Nullable List<DownwardAPIVolumeFile> items, @Nullable Integer mode)
      throws ConfigException {
    for (DownwardAPIVolumeFile item :
        Objects.requireNonNullElse(items, List.<DownwardAPIVolumeFile>of())) {
      String text =
          item.getFieldRef() != null
              ? DownwardApi.metadata(pod, item.getFieldRef().getFieldPath())
              : DownwardApi.resource(pod, null, item.getResourceFieldRef(), node);
      Integer own = item.getMode();
      put(item.getPath(), text, or(own == null ? mode : own));
    }
  }

  private void put(String path, String text, int mode) {
    files.put(path, new Body(text.getBytes(StandardCharsets.UTF_8), mode));
  }

  private static int or(@Nullable Integer mode) {
    return Objects.requireNonNullElse(mode, FILE_MODE);
  }

  private boolean namesItsUser() {
    var ofPod = pod.getSpec().getSecurityContext();
    if (ofPod != null && ofPod.getFsGroup() != null) {
      return true;
    }
    Long shared = ofPod == null ? null : ofPod.getRunAsUser();
    return PodSpecs.all(pod).stream().map(spec -> user(spec, shared)).distinct().count() == 1
        && user(PodSpecs.all(pod).getFirst(), shared).isPresent();
  }

  private static Optional<Long> user(Container spec, @Nullable Long shared) {
    var own = spec.getSecurityContext();
    return Optional.ofNullable(
        own == null || own.getRunAsUser() == null ? shared : own.getRunAsUser());
  }
}
