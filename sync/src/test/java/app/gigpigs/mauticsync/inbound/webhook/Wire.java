package app.gigpigs.mauticsync.inbound.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks to a receiver byte by byte, as no HTTP client would let us. */
public final class Wire {
    private final int port;

    public Wire(int port) {
        this.port = port;
    }

    /** The header that signs a body. */
    public static String signature(byte[] body, String secret) {
        return WebhookSignature.HEADER + ": " + WebhookSignature.of(body, secret);
    }

    /** The status of the answer to a POST. */
    public int post(byte[] body, String... headers) {
        return post("/webhooks/mautic", body, headers);
    }

    int post(String path, byte[] body, String... headers) {
        return status(raw(request("POST " + path, body, headers)));
    }

    static byte[] request(String methodAndPath, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder(methodAndPath + " HTTP/1.1\r\nHost: crm\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    /** Every byte that comes back until the connection ends. */
    byte[] raw(byte[] request) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(15_000);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request);
                out.flush();
            } catch (IOException e) {
                // The receiver may have answered and closed before it read all; the answer is still there to read.
                return answer(socket);
            }
            return answer(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] answer(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                answer.write(buffer, 0, n);
            }
        } catch (java.net.SocketException reset) {
            // A reset after or instead of an answer: what came before it counts.
        }
        return answer.toByteArray();
    }

    /** 0 when there was no answer. */
    static int status(byte[] answer) {
        return answer.length == 0
                ? 0
                : Integer.parseInt(new String(answer, StandardCharsets.ISO_8859_1).split(" ", 3)[1]);
    }
}
