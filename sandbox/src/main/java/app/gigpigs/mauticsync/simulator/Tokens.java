package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** OAuth2 with client credentials, with Mautic's own errors. */
final class Tokens {
    private static final String EXPIRED = "expired".repeat(12);

    private final SimulatorSettings settings;
    private final Set<String> issued = ConcurrentHashMap.newKeySet();

    Tokens(SimulatorSettings settings) {
        this.settings = settings;
    }

    Answer issue(Request request) {
        Map<String, String> sent = parameters(request);
        if (!"client_credentials".equals(sent.get("grant_type"))) {
            return Answer.typed(400, "Invalid grant_type parameter or parameter missing", "invalid_request");
        }
        boolean known = settings.clientId().equals(sent.get("client_id"))
                && settings.clientSecret().equals(sent.get("client_secret"));
        if (!known) {
            return Answer.typed(400, "The client credentials are invalid", "invalid_client");
        }
        String token = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
        issued.add(token);
        return Answer.bare(
                200,
                "{\"access_token\":\"" + token + "\",\"expires_in\":3600,\"token_type\":\"bearer\",\"scope\":null}");
    }

    /** The answer to a request without a valid token; null when the token is valid. */
    @Nullable
    Answer rejection(Request request) {
        String header = request.header("Authorization");
        if (header.startsWith("Basic ")) {
            String login = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
            return login.equals(SimulatorSettings.USER + ":" + settings.clientSecret()) ? null : wrongPassword();
        }
        String token = header.startsWith("Bearer ")
                ? header.substring(7)
                : request.query().getOrDefault("access_token", "");
        if (token.isEmpty()) {
            return Answer.typed(401, "API authorization denied.", "access_denied");
        }
        if (token.equals(EXPIRED)) {
            return Answer.typed(401, "The access token provided has expired.", "invalid_grant");
        }
        return issued.contains(token)
                ? null
                : Answer.typed(401, "The access token provided is invalid.", "invalid_grant");
    }

    private Answer wrongPassword() {
        return settings.version().answersWrongPasswordEmpty()
                ? Answer.bare(401, "").with("WWW-Authenticate", "Basic realm=\"Secured Area\"")
                : Answer.typed(401, "Authorization denied, invalid credentials.", "access_denied");
    }

    String expired() {
        return EXPIRED;
    }

    void revokeAll() {
        issued.clear();
    }

    private static Map<String, String> parameters(Request request) {
        Map<String, String> sent = new HashMap<>(request.query());
        String body = new String(request.body(), StandardCharsets.UTF_8);
        if (body.startsWith("{")) {
            try {
                JsonNode json = request.json();
                json.properties()
                        .forEach(field ->
                                sent.put(field.getKey(), field.getValue().asText()));
            } catch (IOException e) {
                return sent;
            }
        } else {
            sent.putAll(Request.form(body));
        }
        String basic = request.header("Authorization");
        if (basic.startsWith("Basic ")) {
            String[] login =
                    new String(Base64.getDecoder().decode(basic.substring(6)), StandardCharsets.UTF_8).split(":", 2);
            sent.put("client_id", URLDecoder.decode(login[0], StandardCharsets.UTF_8));
            sent.put("client_secret", login.length > 1 ? URLDecoder.decode(login[1], StandardCharsets.UTF_8) : "");
        }
        return sent;
    }
}
