package app.gigpigs.mauticsync.config;

import java.net.URI;

/** URLs of web servers. Pure. */
public final class HttpUrl {
    /** What such a setting looks like. */
    public static final Kind KIND = new Kind.Text("a URL", "^https?://.+");

    private HttpUrl() {}

    /**
     * Reads a URL with its scheme.
     *
     * @throws IllegalArgumentException that goes on after the name of a setting
     */
    public static URI parse(String text) {
        URI uri = URI.create(text);
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null) {
            throw new IllegalArgumentException("is \"" + text + "\"; write it with its scheme, for example https://"
                    + text.replaceFirst("^[a-zA-Z]*:/*", ""));
        }
        return uri;
    }
}
