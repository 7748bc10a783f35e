package app.gigpigs.mauticsync.setup.check;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/** Whether a host is one that only the same machine or network reaches, by its name or number alone. Pure. */
final class PrivateHost {
    private static final List<String> ENDINGS = List.of(".localhost", ".local", ".internal", ".lan", ".home.arpa");

    private PrivateHost() {}

    /** False also for what is no address at all. */
    static boolean in(String url) {
        try {
            String host = URI.create(url.strip()).getHost();
            return host != null && is(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean is(String host) {
        String bare = host.replaceAll("^\\[|]$", "");
        if (bare.contains(":") || bare.matches("[0-9.]+")) {
            return number(bare);
        }
        return !bare.contains(".") || ENDINGS.stream().anyMatch(bare::endsWith);
    }

    /** Numbers are not looked up anywhere. */
    private static boolean number(String bare) {
        try {
            InetAddress address = InetAddress.getByName(bare);
            byte[] bytes = address.getAddress();
            boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
            boolean carrier = bytes.length == 4 && (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
            return address.isLoopbackAddress()
                    || address.isSiteLocalAddress()
                    || address.isLinkLocalAddress()
                    || address.isAnyLocalAddress()
                    || uniqueLocal
                    || carrier;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
