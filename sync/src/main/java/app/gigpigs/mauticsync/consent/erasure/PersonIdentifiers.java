package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * A person to be erased, as far as the CRM, Mautic and our tables know which ids are this person's. Pure.
 *
 * @param email the address, in lower case and without blanks around it
 * @param customers the customers who have the address
 * @param contacts the contacts that have it, or are those customers'
 */
public record PersonIdentifiers(String email, Set<CustomerId> customers, Set<Long> contacts) {
    /** Takes the place of a name in a message. */
    public static final String REMOVED = "(erased)";

    public PersonIdentifiers {
        email = EmailAddress.normal(email);
        customers = Set.copyOf(customers);
        contacts = Set.copyOf(contacts);
    }

    PersonIdentifiers with(Set<Long> moreContacts) {
        Set<Long> all = new HashSet<>(contacts);
        all.addAll(moreContacts);
        return new PersonIdentifiers(email, customers, all);
    }

    PersonReferences references() {
        return new PersonReferences(Set.of(email), customers, contacts);
    }

    /** How the address may be written in JSON and in URLs, in lower case. */
    private List<String> spellings() {
        Set<String> spellings = new HashSet<>();
        spellings.add(email);
        spellings.add(email.replace("/", "\\/"));
        spellings.add(email.replace("@", "\\u0040"));
        spellings.add(email.replace("@", "%40"));
        spellings.add(URLEncoder.encode(email, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT));
        return List.copyOf(spellings);
    }

    /** Whether the address or a customer's id is anywhere in a delivery's body. */
    public boolean isNamedIn(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return spellings().stream().anyMatch(text::contains)
                || customers.stream().anyMatch(id -> text.contains(id.toString()));
    }

    /** A regular expression of Postgres for every way in which our own messages name the person. */
    public String namePattern() {
        List<String> names = new ArrayList<>();
        spellings().forEach(spelling -> names.add(literal(spelling)));
        customers.forEach(id -> names.add(literal(id.toString())));
        contacts.forEach(id -> names.add("\\mcontacts? (\\[[0-9, ]*)?" + id + "\\M"));
        return "(?i)(" + String.join("|", names) + ")";
    }

    /**
     * Binds the person to a statement that finds personal data: {@code :email} (lower case), {@code :customers} and
     * {@code :contacts} (arrays), {@code :spellings} (patterns for {@code like any}), {@code :ids} (a regular expression
     * for the customers' ids) and {@code :named_in_bytes} (one for the text that Postgres makes of bytes, in any case: the
     * address, a customer's id, or a number that may be a contact's).
     */
    public <S extends SqlStatement<S>> S bind(S statement) {
        List<String> spellings = spellings();
        return statement
                .bind("email", email)
                .bindArray("customers", CustomerId.class, customers.toArray())
                .bindArray("contacts", Long.class, contacts.toArray())
                .bind("spellings", containing(spellings))
                .bind("ids", anyOf(customers))
                .bind("named_in_bytes", namedInBytes());
    }

    /** One expression for all, because hundreds of thousands of deliveries are searched: each is read once. */
    private String namedInBytes() {
        List<String> names = new ArrayList<>();
        spellings().forEach(spelling -> names.add(literal(spelling.replace("\\", "\\\\"))));
        customers.forEach(id -> names.add(literal(id.toString())));
        contacts.forEach(id -> names.add("(^|[^0-9])" + id + "([^0-9]|$)"));
        return String.join("|", names);
    }

    private static String[] containing(List<String> texts) {
        return texts.stream()
                .map(text ->
                        "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
                .toArray(String[]::new);
    }

    /** Matches nothing when there are no ids. */
    private static String anyOf(Collection<?> ids) {
        return ids.isEmpty() ? "(a^)" : ids.stream().map(Object::toString).collect(Collectors.joining("|", "(", ")"));
    }

    /** A regular expression of Postgres that matches just this text. */
    private static String literal(String text) {
        return text.chars()
                .mapToObj(c -> Character.isLetterOrDigit(c) ? Character.toString(c) : "\\" + (char) c)
                .collect(Collectors.joining());
    }
}
