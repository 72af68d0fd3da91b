package io.luotsi.bench.store;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * ActorSystems that speak Artery over TLS: with the dispatchers of the product's, outside any Pekko
 * cluster.
 */
final class Artery {
  private static final String SYSTEM = "luotsi";

  private static final String SETTINGS =
      """
      pekko {
        actor {
          provider = remote
          serializers.luotsi-bench = "io.luotsi.bench.store.DeskSerializer"
          serialization-bindings {
            "io.luotsi.bench.store.Desk$Wire" = luotsi-bench
          }
        }
        remote {
          warn-about-direct-use = off
          artery {
            transport = tls-tcp
            canonical.hostname = 127.0.0.1
            advanced {
              maximum-frame-size = 4 MiB
              outbound-restart-backoff = 200 ms
              shutdown-flush-timeout = 100 ms
            }
            ssl.config-ssl-engine {
              protocol = "TLSv1.3"
              enabled-algorithms = ["TLS_AES_128_GCM_SHA256"]
              require-mutual-authentication = on
            }
          }
        }
      }
      """;

  private Artery() {}

  /**
   * @param port 0 for any that is free
   */
  static ActorSystem<Void> start(int port, ThrowawayCertificate certificate) {
    String engine = "pekko.remote.artery.ssl.config-ssl-engine.";
    String store = certificate.store().toString();
    Config own =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.port",
                port,
                engine + "key-store",
                store,
                engine + "trust-store",
                store,
                engine + "key-store-password",
                ThrowawayCertificate.PASSWORD,
                engine + "key-password",
                ThrowawayCertificate.PASSWORD,
                engine + "trust-store-password",
                ThrowawayCertificate.PASSWORD));
    return ActorSystem.create(
        Behaviors.empty(),
        SYSTEM,
        own.withFallback(ConfigFactory.parseString(SETTINGS))
            .withFallback(ConfigFactory.parseResources("io/luotsi/app/member/pekko.conf"))
            .withFallback(ConfigFactory.defaultReference())
            .resolve());
  }

  static Address address(int port) {
    return new Address("pekko", SYSTEM, Ports.HOST, port);
  }
}
