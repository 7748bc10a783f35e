package app.gigpigs.mauticsync.mautic;

/** The credentials for Mautic. No secret is ever shown. */
public sealed interface Credentials {
    /** OAuth2 credentials with the client credentials grant. */
    record Client(String id, String secret) implements Credentials {
        @Override
        public String toString() {
            return "Client[id=" + id + "]";
        }
    }

    /**
     * A Mautic user. Needs "Enable HTTP basic auth" in Mautic's API settings, and takes Mautic half a second for
     * each request (measured on 5.1.0): for trials, not for production.
     */
    record Basic(String user, String password) implements Credentials {
        @Override
        public String toString() {
            return "Basic[user=" + user + "]";
        }
    }
}
