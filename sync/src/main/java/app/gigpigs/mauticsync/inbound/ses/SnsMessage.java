package app.gigpigs.mauticsync.inbound.ses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A message of SNS. Only signed fields decide anything; the others say where the signature is and how it was made. Pure.
 *
 * @param type what the message is for
 * @param signed the signed fields that it has, in the order of the signature, which is alphabetical
 * @param proof the signature
 */
record SnsMessage(Type type, Map<String, String> signed, Proof proof) {
    /** Why messages without the envelope of SNS are rejected. */
    static final String RAW = "raw message delivery is on: such messages have no signature, so anybody could send them."
            + " Switch raw message delivery off in the subscription";

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final List<String> NOTIFICATION = List.of("Message", "MessageId", "Timestamp", "TopicArn", "Type");
    private static final List<String> CONFIRMATION =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

    /** The types that SNS has. */
    enum Type {
        NOTIFICATION("Notification", SnsMessage.NOTIFICATION),
        SUBSCRIPTION("SubscriptionConfirmation", SnsMessage.CONFIRMATION),
        UNSUBSCRIPTION("UnsubscribeConfirmation", SnsMessage.CONFIRMATION);

        private final String name;
        private final List<String> fields;

        Type(String name, List<String> fields) {
            this.name = name;
            this.fields = fields;
        }

        /** As SNS writes it. */
        String sns() {
            return name;
        }
    }

    /**
     * The signature.
     *
     * @param version 1 or 2
     * @param signature in base64
     * @param certificate the URL of the signer's certificate
     */
    record Proof(String version, String signature, String certificate) {}

    /** What a request's body turned out to be. */
    sealed interface Body {
        record Whole(SnsMessage message) implements Body {}

        /** No message of SNS; the reason has nothing of the content. */
        record Unreadable(String reason) implements Body {}
    }

    /** Reads a body. */
    static Body read(byte[] body) {
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            return new Body.Unreadable("the body is not JSON (" + e.getClass().getSimpleName() + ")");
        } catch (IOException e) {
            return new Body.Unreadable("the body cannot be read");
        }
        if (json == null || !json.isObject()) {
            return new Body.Unreadable("the body is not a JSON object");
        }
        if (!json.has("Type") && (json.has("notificationType") || json.has("eventType"))) {
            return new Body.Unreadable(RAW);
        }
        for (Type type : Type.values()) {
            if (type.name.equals(text(json, "Type"))) {
                return read(type, json);
            }
        }
        return new Body.Unreadable("Type is not one of SNS");
    }

    private static Body read(Type type, JsonNode json) {
        Map<String, String> signed = new TreeMap<>();
        for (String field : type.fields) {
            String value = text(json, field);
            if (value == null) {
                return new Body.Unreadable(field + " is missing");
            }
            signed.put(field, value);
        }
        String subject = text(json, "Subject");
        if (type == Type.NOTIFICATION && subject != null) {
            signed.put("Subject", subject);
        }
        // The signed text joins the fields by line breaks. A line break within a short field would let text move from
        // one field into another.
        if (signed.entrySet().stream()
                .anyMatch(field -> !field.getKey().equals("Message")
                        && field.getValue().chars().anyMatch(Character::isISOControl))) {
            return new Body.Unreadable("a field has a line break");
        }
        String version = text(json, "SignatureVersion");
        String signature = text(json, "Signature");
        String certificate = text(json, "SigningCertURL");
        return version == null || signature == null || certificate == null
                ? new Body.Unreadable("the message has no signature")
                : new Body.Whole(new SnsMessage(type, signed, new Proof(version, signature, certificate)));
    }

    private static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() ? value.asText() : null;
    }

    /** A field that every message of this type has. */
    String get(String field) {
        String value = signed.get(field);
        if (value == null) {
            throw new IllegalArgumentException("this type of message has no " + field);
        }
        return value;
    }

    /** What SNS signs: the names and values of the fields, a line each. */
    String signedText() {
        StringBuilder text = new StringBuilder();
        signed.forEach(
                (name, value) -> text.append(name).append('\n').append(value).append('\n'));
        return text.toString();
    }
}
