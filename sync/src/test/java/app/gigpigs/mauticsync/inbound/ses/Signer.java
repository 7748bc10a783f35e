package app.gigpigs.mauticsync.inbound.ses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Signs messages as SNS does, with certificates that keytool makes. */
final class Signer {
    static final TopicArn TOPIC = TopicArn.parse("arn:aws:sns:eu-central-1:123456789012:ses-feedback");

    private static final String PASSWORD = "changeit";
    private static final KeyStore KEYS = make();

    private final String alias;

    private Signer(String alias) {
        this.alias = alias;
    }

    /** Signs with this certificate. */
    static Signer with(String alias) {
        return new Signer(alias);
    }

    private static KeyStore make() {
        try {
            Path folder = Files.createTempDirectory("signer");
            Path file = folder.resolve("keys.p12");
            root(file, "root", "CN=Test Root, O=Test");
            root(file, "foreign-root", "CN=Foreign Root, O=Foreign");
            root(file, "amazon-root", "CN=Amazon RSA 2048 M02, O=Amazon, C=US");
            signed(file, "sns", "root", "CN=sns.amazonaws.com");
            signed(file, "expired", "root", "CN=sns.amazonaws.com", "-startdate", "-20d", "-validity", "10");
            signed(file, "early", "root", "CN=sns.amazonaws.com", "-startdate", "+10d", "-validity", "10");
            signed(file, "other-name", "root", "CN=sqs.amazonaws.com");
            signed(file, "foreign", "foreign-root", "CN=sns.amazonaws.com");
            signed(file, "amazon", "amazon-root", "CN=sns.amazonaws.com");
            signed(file, "opt-in", "root", "CN=x", "-ext", "san=dns:sns-signing.eu-central-1.amazonaws.com");
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            Files.delete(file);
            Files.delete(folder);
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void root(Path file, String alias, String name) {
        keytool(file, alias, "-dname", name, "-ext", "bc:c", "-validity", "3650");
    }

    private static void signed(Path file, String alias, String by, String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-dname", name, "-signer", by));
        arguments.addAll(Arrays.asList(more));
        keytool(file, alias, arguments.toArray(String[]::new));
    }

    private static void keytool(Path file, String alias, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-alias", alias, "-keyalg", "RSA", "-keysize", "2048"));
        command.addAll(Arrays.asList(more));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Trusts the authority of this test alone. */
    static CertificateTrust trust() {
        return new CertificateTrust(List.of(certificate("root")));
    }

    static X509Certificate certificate(String alias) {
        try {
            return (X509Certificate) KEYS.getCertificate(alias);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The PEM file with the signer's certificate alone. */
    byte[] pem() {
        return pem(List.of(certificate(alias)));
    }

    /** The PEM file with the certificates up to its root. */
    byte[] pemWithChain() {
        try {
            return pem(Arrays.asList(KEYS.getCertificateChain(alias)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem(List<? extends Certificate> certificates) {
        StringBuilder pem = new StringBuilder();
        try {
            for (Certificate each : certificates) {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(Base64.getMimeEncoder().encodeToString(each.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return pem.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** A notification as SNS sends it. */
    ObjectNode notification(String messageId, String message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("Type", "Notification");
        json.put("MessageId", messageId);
        json.put("TopicArn", TOPIC.text());
        json.put("Subject", "Amazon SES Email Event Notification");
        json.put("Message", message);
        json.put("Timestamp", "2026-11-20T08:00:00.000Z");
        json.put("UnsubscribeURL", "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=x");
        return sign(json, "1");
    }

    /** A subscription's confirmation, or the end of one. */
    ObjectNode confirmation(String type, String subscribeUrl) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("Type", type);
        json.put("MessageId", "165545c9-2a5c-472c-8df2-7ff2be2b3b1b");
        json.put("Token", "2336412f37");
        json.put("TopicArn", TOPIC.text());
        json.put(
                "Message",
                "You have chosen to subscribe to the topic " + TOPIC.text()
                        + ".\nTo confirm the subscription, visit the SubscribeURL included in this message.");
        json.put("SubscribeURL", subscribeUrl);
        json.put("Timestamp", "2026-11-20T08:00:00.000Z");
        return sign(json, "1");
    }

    /** Signs the message as it is now. The text is made here anew, from the rules that Amazon publishes. */
    ObjectNode sign(ObjectNode json, String version) {
        List<String> fields = json.path("Type").asText().equals("Notification")
                ? List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
                : List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");
        Map<String, String> signed = new TreeMap<>();
        fields.stream()
                .filter(json::has)
                .forEach(field -> signed.put(field, json.path(field).asText()));
        StringBuilder text = new StringBuilder();
        signed.forEach((name, value) -> text.append(name + "\n" + value + "\n"));
        json.put("SignatureVersion", version);
        json.put("Signature", signature(text.toString(), version.equals("2") ? "SHA256withRSA" : "SHA1withRSA"));
        json.put("SigningCertURL", url());
        return json;
    }

    private String signature(String text, String algorithm) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign((PrivateKey) KEYS.getKey(alias, PASSWORD.toCharArray()));
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where its certificate is. */
    String url() {
        return "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-" + alias + ".pem";
    }

    /** The URL that confirms the subscription. */
    static String subscribeUrl() {
        return "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + TOPIC.text()
                + "&Token=2336412f37";
    }
}
