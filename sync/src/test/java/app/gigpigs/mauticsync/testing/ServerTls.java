package app.gigpigs.mauticsync.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Lets a Postgres offer TLS, with a certificate for localhost that only its file makes known, until it is closed. */
public final class ServerTls implements AutoCloseable {
    /** What a client must trust. */
    public final Path certificate;

    private final Jdbi owner;

    public ServerTls(Jdbi owner) {
        this.owner = owner;
        try {
            Path folder = Files.createTempDirectory("tls");
            certificate = folder.resolve("server.crt");
            Path key = folder.resolve("server.key");
            write(folder.resolve("store"), key);
            owner.useHandle(handle -> {
                handle.execute("alter system set ssl_cert_file = '" + certificate + "'");
                handle.execute("alter system set ssl_key_file = '" + key + "'");
                handle.execute("alter system set ssl = on");
                handle.execute("select pg_reload_conf()");
            });
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(Path store, Path key) throws IOException, GeneralSecurityException, InterruptedException {
        String password = "secret";
        int code = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        password))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("keytool ended with " + code);
        }
        KeyStore made = KeyStore.getInstance(store.toFile(), password.toCharArray());
        Files.writeString(
                certificate, pem("CERTIFICATE", made.getCertificate("server").getEncoded()));
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key,
                pem("PRIVATE KEY", made.getKey("server", password.toCharArray()).getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }

    @Override
    public void close() {
        owner.useHandle(handle -> {
            handle.execute("alter system reset ssl");
            handle.execute("select pg_reload_conf()");
        });
    }
}
