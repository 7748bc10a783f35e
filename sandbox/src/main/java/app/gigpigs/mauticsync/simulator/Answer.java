package app.gigpigs.mauticsync.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An HTTP answer. */
record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
    /** Its value is set when the answer is sent. */
    static final String VERSION = "Mautic-Version";

    private static final String JSON = "application/json";

    /** An answer of one of Mautic's controllers, which has the version in a header. */
    static Answer json(int status, String body) {
        return new Answer(status, JSON, Map.of(VERSION, ""), body.getBytes(StandardCharsets.UTF_8));
    }

    /** An answer that reached no controller, or came from one that broke: it has no version header. */
    static Answer bare(int status, String body) {
        return new Answer(status, JSON, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    static Answer html(int status, String body) {
        return new Answer(status, "text/html", Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    /** An error in Mautic's usual format. */
    static Answer error(int status, String message) {
        return json(
                status,
                "{\"errors\":[{\"code\":" + status + ",\"message\":" + ContactJson.quoted(message)
                        + ",\"details\":[]}]}");
    }

    /** An error with a machine-readable type. */
    static Answer typed(int status, String message, String type) {
        return bare(
                status,
                "{\"errors\":[{\"message\":" + ContactJson.quoted(message) + ",\"code\":" + status + ",\"type\":"
                        + ContactJson.quoted(type) + "}]}");
    }

    /** Mautic's answer to an internal error. */
    static Answer broke(int status) {
        return bare(
                status,
                "{\"errors\":[{\"message\":\"Looks like I encountered an error (error #" + status
                        + "). If I do it again, please report me to the system administrator!\",\"code\":" + status
                        + ",\"type\":null}]}");
    }

    Answer with(String header, String value) {
        Map<String, String> more = new java.util.LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, more, body);
    }
}
