package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.text.ForeignText;

/** Answers that mean that no call can succeed with this address, these credentials or this role. */
final class AccessErrors {
    static final String API_DISABLED =
            "the API is switched off: in Mautic, Settings > Configuration > API Settings, set API enabled to Yes";
    private static final String BASIC_DISABLED =
            "HTTP basic authentication is switched off: in Mautic, Settings > Configuration > API Settings, enable it, or use MAUTIC_CLIENT_ID and MAUTIC_CLIENT_SECRET";

    private final MauticSettings settings;
    private final boolean basic;

    AccessErrors(MauticSettings settings) {
        this.settings = settings;
        this.basic = settings.credentials() instanceof Credentials.Basic;
    }

    /** Throws {@link MauticRejected} if this is such an answer. */
    void check(String method, String path, Response reply) {
        checkRedirect(reply);
        if (reply.status() == 401) {
            throw new MauticRejected(
                    basic ? ErrorCode.MAUTIC_CREDENTIALS : ErrorCode.MAUTIC_TOKEN,
                    basic
                            ? "Mautic does not accept this user and password (401 " + reply.message()
                                    + "): check MAUTIC_USERNAME and MAUTIC_PASSWORD"
                            : "Mautic does not accept its own new token (401 " + reply.message()
                                    + "): does the web server drop the Authorization header?");
        }
        // A 403 that is not in Mautic's JSON is a firewall's, and may be about what this one call carries.
        if (reply.status() == 403 && reply.mauticsError()) {
            throw forbidden(method, path, reply);
        }
    }

    /** The same for redirects alone. */
    void checkRedirect(Response reply) {
        if (reply.status() >= 300 && reply.status() < 400) {
            throw new MauticRejected(
                    ErrorCode.MAUTIC_REDIRECT,
                    "MAUTIC_URL " + settings.url() + " redirects to " + ForeignText.line(reply.header("Location"))
                            + ": set MAUTIC_URL to that address, without the part from /api or /oauth on");
        }
    }

    private MauticRejected forbidden(String method, String path, Response reply) {
        if (reply.errorType().equals("api_disabled")) {
            return new MauticRejected(ErrorCode.MAUTIC_API_OFF, API_DISABLED);
        }
        return basic && reply.message().contains("Basic Auth disabled")
                ? new MauticRejected(ErrorCode.MAUTIC_API_OFF, BASIC_DISABLED)
                : new MauticRejected(
                        ErrorCode.MAUTIC_PERMISSION,
                        "Mautic forbids " + method + " " + ApiCalls.withoutQuery(path) + ": " + reply.message() + "; "
                                + Permission.missing(path));
    }
}
