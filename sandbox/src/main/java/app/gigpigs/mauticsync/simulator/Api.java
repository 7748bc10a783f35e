package app.gigpigs.mauticsync.simulator;

import java.io.IOException;

/** Checks that come before a call: the length of its address, the API's switch, the token. */
final class Api {
    private static final int LONGEST_REQUEST_LINE = 8_192;

    private final Tokens tokens;
    private final Faults faults;
    private final Routes routes;

    Api(Tokens tokens, Faults faults, Routes routes) {
        this.tokens = tokens;
        this.faults = faults;
        this.routes = routes;
    }

    Answer handle(Request request, int requestLine) {
        if (requestLine > LONGEST_REQUEST_LINE) {
            return Answer.html(414, "<html><head><title>414 Request-URI Too Large</title></head></html>");
        }
        if (faults.apiDisabled()) {
            return Answer.typed(
                    403,
                    "API disabled. You need to enable the API in the API settings of Mautic's Configuration.",
                    "api_disabled");
        }
        if (request.path().equals("/oauth/v2/token")) {
            return tokens.issue(request);
        }
        if (request.path().endsWith("/") && request.path().length() > 1) {
            return Answer.html(301, "<html>Redirecting</html>")
                    .with("Location", request.path().replaceAll("/+$", ""));
        }
        if (!request.path().startsWith("/api/")) {
            return Answer.html(404, "<html>Page not found</html>");
        }
        Answer rejection = tokens.rejection(request);
        if (rejection != null) {
            return rejection;
        }
        try {
            return routes.answer(request);
        } catch (IOException malformed) {
            return Answer.broke(400);
        }
    }
}
