package app.gigpigs.mauticsync.config;

import java.net.InetSocketAddress;

/** Addresses to listen on. Pure. */
public final class ListenAddress {
    /** What such a setting looks like. */
    public static final Kind KIND = new Kind.Text("address:port", "^.+:[0-9]{1,5}$");

    private ListenAddress() {}

    /**
     * Reads an address with its port; port 0 means any free port.
     *
     * @throws IllegalArgumentException that goes on after the name of a setting
     */
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(
                    "is \"" + text + "\"; write it as address:port, for example 127.0.0.1:8080");
        }
        return InetSocketAddress.createUnresolved(text.substring(0, colon), Integer.parseInt(port));
    }
}
