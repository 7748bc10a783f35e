package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A received request. */
record Request(String method, String path, Map<String, String> query, Headers headers, byte[] body) {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static Request of(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath().replaceFirst("^/index\\.php(?=/)", ""),
                query == null ? Map.of() : form(query),
                exchange.getRequestHeaders(),
                exchange.getRequestBody().readAllBytes());
    }

    String header(String name) {
        String value = headers.getFirst(name);
        return value == null ? "" : value;
    }

    /** The body. PHP rejects lone surrogates, which Java accepts. */
    JsonNode json() throws IOException {
        JsonNode json = MAPPER.readTree(body);
        boolean lone = new String(body, StandardCharsets.UTF_8).contains("\\ud") && loneSurrogate(json.toString());
        if (json.isMissingNode() || lone) {
            throw new IOException("malformed JSON");
        }
        return json;
    }

    private static boolean loneSurrogate(String text) {
        return text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
    }

    static Map<String, String> form(String encoded) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            String[] sides = pair.split("=", 2);
            if (!sides[0].isEmpty()) {
                parameters.put(
                        URLDecoder.decode(sides[0], StandardCharsets.UTF_8),
                        sides.length > 1 ? URLDecoder.decode(sides[1], StandardCharsets.UTF_8) : "");
            }
        }
        return parameters;
    }
}
