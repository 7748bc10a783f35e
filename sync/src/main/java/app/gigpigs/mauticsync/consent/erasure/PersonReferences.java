package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The people whom a piece of Mautic's JSON may be about: every address and every customer id in any text, and the ids
 * of contacts wherever Mautic writes them. Pure.
 *
 * @param emails addresses
 * @param customers the CRM's ids
 * @param contacts Mautic's ids
 */
public record PersonReferences(Set<String> emails, Set<CustomerId> customers, Set<Long> contacts) {
    private static final Pattern EMAIL = Pattern.compile("[^\\s\"'<>,;:()\\[\\]/?=&]+@[^\\s\"'<>,;:()\\[\\]/?=&]+");
    private static final Pattern IN_URL =
            Pattern.compile("[^\\s\"'<>,;:()\\[\\]/?=&]+%40[^\\s\"'<>,;:()\\[\\]/?=&]+", Pattern.CASE_INSENSITIVE);
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);
    private static final Set<String> CONTACT =
            Set.of("lead", "contact", "lead_id", "contact_id", "leadId", "contactId");

    public PersonReferences {
        emails = Set.copyOf(emails);
        customers = Set.copyOf(customers);
        contacts = Set.copyOf(contacts);
    }

    /** One person; what is not known is null. */
    public static PersonReferences of(@Nullable Long contact, @Nullable CustomerId customer, @Nullable String email) {
        return new PersonReferences(
                email == null ? Set.of() : Set.of(email),
                customer == null ? Set.of() : Set.of(customer),
                contact == null ? Set.of() : Set.of(contact));
    }

    boolean none() {
        return emails.isEmpty() && customers.isEmpty() && contacts.isEmpty();
    }

    /** Whom one event of a webhook is about. */
    static PersonReferences of(String trigger, JsonNode item) {
        Reader reader = new Reader();
        reader.walk("", item);
        // lead_post_save and lead_post_delete name the contact themselves; the latter has no id in "contact" any more.
        if (trigger.contains("lead_post_")) {
            reader.contact(item.path("id"));
        }
        return new PersonReferences(reader.emails, reader.customers, reader.contacts);
    }

    /** Collects while it walks. */
    private static final class Reader {
        private final Set<String> emails = new HashSet<>();
        private final Set<CustomerId> customers = new HashSet<>();
        private final Set<Long> contacts = new HashSet<>();

        void walk(String key, JsonNode node) {
            if (CONTACT.contains(key)) {
                contact(node.isObject() ? node.path("id") : node);
            }
            if (node.isTextual()) {
                text(node.asText());
            } else if (node.isObject()) {
                node.properties().forEach(field -> walk(field.getKey(), field.getValue()));
            } else {
                node.forEach(each -> walk(key, each));
            }
        }

        void contact(JsonNode node) {
            String text = node.isIntegralNumber() || node.isTextual() ? node.asText() : "";
            if (text.matches("[0-9]{1,18}")) {
                contacts.add(Long.valueOf(text));
            }
        }

        private void text(String text) {
            // The whole text as well: what Mautic stores as an address need not match our pattern.
            if (text.indexOf('@') >= 0) {
                emails.add(EmailAddress.normal(text));
            }
            for (Matcher found = EMAIL.matcher(text); found.find(); ) {
                emails.add(EmailAddress.normal(found.group()));
            }
            for (Matcher found = IN_URL.matcher(text); found.find(); ) {
                emails.add(EmailAddress.normal(decoded(found.group())));
            }
            for (Matcher found = ID.matcher(text); found.find(); ) {
                customers.add(CustomerId.parse(found.group()));
            }
        }

        private static String decoded(String text) {
            try {
                return java.net.URLDecoder.decode(text, java.nio.charset.StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return text;
            }
        }
    }
}
