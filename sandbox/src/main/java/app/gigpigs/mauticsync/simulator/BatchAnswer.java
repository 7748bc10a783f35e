package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.ContactJson.Echo;
import app.gigpigs.mauticsync.simulator.ContactWriter.Written;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Collects the answers of a batch in PHP's shapes: a list where the keys are 0..n-1, an object otherwise. */
final class BatchAnswer {
    private final ContactJson json;
    private final Map<String, String> bodies = new LinkedHashMap<>();
    private final Map<String, String> errors = new LinkedHashMap<>();
    private final Map<String, String> codes = new LinkedHashMap<>();

    BatchAnswer(ContactJson json) {
        this.json = json;
    }

    /** The status codes are answered in this order. */
    void expect(Collection<String> indexes) {
        indexes.forEach(index -> codes.put(index, ""));
    }

    /** Returns false when the server broke down. */
    boolean add(String index, Written written, JsonNode item, Echo echo) {
        if (written instanceof Written.Stored stored) {
            StringBuilder out = new StringBuilder(12_000);
            json.write(out, stored.contact(), echo, item);
            bodies.put(index, out.toString());
            codes.put(index, String.valueOf(stored.status()));
            return true;
        }
        if (written instanceof Written.Rejected rejected) {
            if (rejected.contact() != null) {
                StringBuilder out = new StringBuilder(12_000);
                json.writeWithoutAll(out, rejected.contact());
                bodies.put(index, out.toString());
            }
            errors.put(index, error(rejected, ",\"type\":null"));
            codes.put(index, String.valueOf(rejected.status()));
            return true;
        }
        return false;
    }

    void missing(String index) {
        codes.put(index, "404");
        errors.put(index, "{\"message\":\"Item was not found.\",\"code\":404,\"type\":\"api\"}");
    }

    /** Two items of one contact are answered alike. */
    void repeat(String index, String as) {
        bodies.computeIfPresent(index, (first, body) -> bodies.getOrDefault(as, body));
    }

    void idMissing(String index) {
        codes.put(index, "400");
        errors.put(index, "{\"message\":\"mautic.api.call.id_missing\",\"code\":400,\"type\":\"api\"}");
    }

    Answer answer(int status) {
        StringBuilder out = new StringBuilder("{\"contacts\":");
        php(out, bodies);
        out.append(",\"statusCodes\":");
        php(out, codes);
        if (!errors.isEmpty()) {
            out.append(",\"errors\":");
            php(out, errors);
        }
        return Answer.json(status, out.append('}').toString());
    }

    private static void php(StringBuilder out, Map<String, String> entries) {
        boolean list = List.copyOf(entries.keySet())
                .equals(IntStream.range(0, entries.size())
                        .mapToObj(String::valueOf)
                        .toList());
        out.append(list ? '[' : '{');
        boolean first = true;
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            out.append(first ? "" : ",");
            if (!list) {
                out.append('"').append(entry.getKey()).append("\":");
            }
            out.append(entry.getValue());
            first = false;
        }
        out.append(list ? ']' : '}');
    }

    static String error(Written.Rejected rejected, String type) {
        StringBuilder details = new StringBuilder("{");
        rejected.details()
                .forEach((alias, message) -> details.append(details.length() > 1 ? "," : "")
                        .append(ContactJson.quoted(alias))
                        .append(":[")
                        .append(ContactJson.quoted(String.join(", ", message)))
                        .append(']'));
        return "{\"code\":" + rejected.status() + ",\"message\":" + ContactJson.quoted(rejected.message())
                + ",\"details\":" + details.append('}') + type + "}";
    }
}
