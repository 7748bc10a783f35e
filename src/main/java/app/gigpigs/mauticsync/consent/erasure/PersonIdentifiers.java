package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * A person to be erased, as far as the CRM, Mautic and our tables know which ids are this person's. Pure.
 *
 * @param email the address, in lower case and without blanks around it
 * @param customers the customers who have the address
 * @param contacts the contacts that have it, or are those customers'
 */
record PersonIdentifiers(String email, Set<UUID> customers, Set<Long> contacts) {
    PersonIdentifiers {
        email = HashKey.normal(email);
        customers = Set.copyOf(customers);
        contacts = Set.copyOf(contacts);
    }

    PersonIdentifiers with(Set<Long> more) {
        Set<Long> all = new HashSet<>(contacts);
        all.addAll(more);
        return new PersonIdentifiers(email, customers, all);
    }

    PersonReferences identifies() {
        return new PersonReferences(Set.of(email), customers, contacts);
    }

    /** How the address may stand in JSON and in URLs, in lower case. */
    List<String> spellings() {
        Set<String> spellings = new HashSet<>();
        spellings.add(email);
        spellings.add(email.replace("/", "\\/"));
        spellings.add(email.replace("@", "\\u0040"));
        spellings.add(email.replace("@", "%40"));
        spellings.add(URLEncoder.encode(email, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT));
        return List.copyOf(spellings);
    }

    boolean isNamedIn(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return spellings().stream().anyMatch(text::contains)
                || customers.stream().anyMatch(id -> text.contains(id.toString()));
    }

    /** A regular expression of Postgres for every way in which our own words name the person. */
    String anyName() {
        List<String> names = new ArrayList<>();
        spellings().forEach(spelling -> names.add(PersonalDataEraser.literal(spelling)));
        customers.forEach(id -> names.add(PersonalDataEraser.literal(id.toString())));
        contacts.forEach(id -> names.add("\\mcontacts? (\\[[0-9, ]*)?" + id + "\\M"));
        return "(" + String.join("|", names) + ")";
    }
}
