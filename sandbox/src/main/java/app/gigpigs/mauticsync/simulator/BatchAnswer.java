package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.ContactJson.Echo;
import app.gigpigs.mauticsync.simulator.ContactWriter.Written;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Collects the answers of a batch in PHP's shapes: a list where the keys are 0..n-1, an object otherwise. */
final class BatchAnswer {
    private final ContactJson json;
    private final Map<Integer, String> bodies = new LinkedHashMap<>();
    private final Map<Integer, String> errors = new LinkedHashMap<>();
    private final TreeMap<Integer, Integer> codes = new TreeMap<>();

    BatchAnswer(ContactJson json) {
        this.json = json;
    }

    /** Returns false when the server broke down. */
    boolean add(int index, Written written, JsonNode item, Echo echo) {
        if (written instanceof Written.Stored stored) {
            StringBuilder out = new StringBuilder(12_000);
            json.write(out, stored.contact(), echo, item);
            bodies.put(index, out.toString());
            codes.put(index, stored.status());
            return true;
        }
        if (written instanceof Written.Rejected rejected) {
            if (rejected.contact() != null) {
                StringBuilder out = new StringBuilder(12_000);
                json.writeWithoutAll(out, rejected.contact());
                bodies.put(index, out.toString());
            }
            errors.put(index, error(rejected, ",\"type\":null"));
            codes.put(index, rejected.status());
            return true;
        }
        return false;
    }

    void missing(int index) {
        codes.put(index, 404);
        errors.put(index, "{\"message\":\"Item was not found.\",\"code\":404,\"type\":\"api\"}");
    }

    void repeat(int index, int as) {
        bodies.computeIfPresent(index, (first, body) -> bodies.getOrDefault(as, body));
    }

    void idMissing(int index) {
        codes.put(index, 400);
        errors.put(index, "{\"message\":\"mautic.api.call.id_missing\",\"code\":400,\"type\":\"api\"}");
    }

    Answer answer(int status) {
        StringBuilder out = new StringBuilder("{\"contacts\":");
        php(out, bodies);
        out.append(",\"statusCodes\":").append(new ArrayList<>(codes.values()));
        if (!errors.isEmpty()) {
            out.append(",\"errors\":");
            php(out, errors);
        }
        return Answer.json(status, out.append('}').toString());
    }

    private static void php(StringBuilder out, Map<Integer, String> entries) {
        boolean list = new ArrayList<>(new TreeMap<>(entries).keySet())
                .equals(IntStream.range(0, entries.size()).boxed().toList());
        out.append(list ? '[' : '{');
        boolean first = true;
        for (Map.Entry<Integer, String> entry : entries.entrySet()) {
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
