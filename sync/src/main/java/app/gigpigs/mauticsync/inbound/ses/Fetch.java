package app.gigpigs.mauticsync.inbound.ses;

import java.io.IOException;
import java.net.URI;

/** Calls a URL. */
@FunctionalInterface
public interface Fetch {
    /**
     * The body of a response with status 200.
     *
     * @throws IOException for everything else, also for a redirect or a body that is too long
     */
    byte[] get(URI url) throws IOException;
}
