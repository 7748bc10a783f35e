package app.gigpigs.mauticsync.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sits between a client and a server, counts what the client sends, and can break every connection. */
public final class TcpProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Watcher watcher;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean broken;

    /** Called for each piece that the client sends, before it is passed on and after. */
    public interface Watcher {
        Watcher NONE = new Watcher() {
            @Override
            public void before() {}

            @Override
            public void after() {}
        };

        void before();

        void after();
    }

    public TcpProxy(String host, int port, Watcher watcher) {
        this.target = new InetSocketAddress(host, port);
        this.watcher = watcher;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many bytes the server has sent. */
    public long bytesAnswered() {
        return answered.get();
    }

    /** Breaks every connection, and every new one until it is repaired. */
    public void breakOff() {
        broken = true;
        open.forEach(TcpProxy::close);
    }

    public void fix() {
        broken = false;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (broken) {
                    close(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        server.connect(target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        open.add(client);
        open.add(server);
        thread(() -> pump(client, server, watcher, new AtomicLong()));
        thread(() -> pump(server, client, Watcher.NONE, answered));
    }

    private void pump(Socket from, Socket to, Watcher watcher, AtomicLong bytes) {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                watcher.before();
                bytes.addAndGet(read);
                out.write(buffer, 0, read);
                out.flush();
                watcher.after();
            }
        } catch (IOException e) {
            // The other side has closed; so does this one.
        } finally {
            close(from);
            close(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        breakOff();
    }
}
