package app.gigpigs.mauticsync.demo;

import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Compares every contact of the simulator with what its customer in the CRM says it should be. */
final class Comparison {
    private static final String ROWS = """
            select v.id::text, v.email, v.first_name, v.last_name, v.mobile, v.landline, v.address_line1, v.address_line2,
                   v.suburb, v.state, v.postcode, v.country, v.customer_segment, v.lead_score::text, v.total_orders::text,
                   v.total_spent::text, extract(epoch from v.last_order_date)::text as last_order_date,
                   v.last_event_name, v.preferred_venue, v.marketing_opt_in::text,
                   extract(epoch from v.customer_since)::text as customer_since,
                   array_to_string(v.customer_segments, E'\\n') as customer_segments,
                   exists (select from public.customer_emails e
                            where lower(e.email) = lower(v.email)
                              and (not e.is_valid or e.bounce_count >= 3))::text as bounced
              from public.customers_crm_v v order by v.id
            """;
    private static final Map<String, String> SEGMENTS = Map.of(
            "vip", "vip-customers",
            "regular", "regular-customers",
            "new", "new-customers",
            "inactive", "inactive-customers");

    private final List<String> differences = new ArrayList<>();
    private final Set<Long> seen = new HashSet<>();
    private int compared;

    private Comparison() {}

    /** Compares them all. */
    static Comparison of(Jdbi crm, MauticSimulator mautic) {
        Comparison comparison = new Comparison();
        List<Map<String, @Nullable String>> rows = rows(crm);
        Map<String, List<Map<String, @Nullable String>>> byEmail = new HashMap<>();
        rows.forEach(row ->
                byEmail.computeIfAbsent(email(row), first -> new ArrayList<>()).add(row));
        Map<String, SimulatedContact> contacts = new HashMap<>();
        mautic.contacts().forEach(contact -> contacts.put(String.valueOf(contact.text("supabase_id")), contact));
        Map<String, Set<Long>> members = new HashMap<>();
        SEGMENTS.forEach((name, alias) -> members.put(name, mautic.segmentMembers(alias)));
        for (Map<String, @Nullable String> row : rows) {
            List<Map<String, @Nullable String>> sameAddress = Objects.requireNonNull(byEmail.get(email(row)));
            boolean owner = sameAddress.get(0).equals(row);
            if (usable(email(row)) && owner) {
                comparison.compare(row, Consent.of(sameAddress), contacts.get(String.valueOf(row.get("id"))), members);
            }
        }
        mautic.contacts().stream()
                .filter(contact -> !comparison.seen.contains(contact.id()))
                .forEach(contact -> comparison.differences.add("contact " + contact.id() + " belongs to no customer"));
        return comparison;
    }

    int compared() {
        return compared;
    }

    List<String> differences() {
        return differences;
    }

    private void compare(
            Map<String, @Nullable String> row,
            Consent consent,
            @Nullable SimulatedContact contact,
            Map<String, Set<Long>> members) {
        compared++;
        String customer = "customer " + row.get("id");
        if (contact == null) {
            differences.add(customer + " has no contact");
            return;
        }
        seen.add(contact.id());
        Expectation.of(row, consent.optedOut()).forEach((alias, expected) -> {
            Object found = contact.values().get(alias);
            if (!same(expected, found)) {
                differences.add(customer + ", contact " + contact.id() + ": " + alias + " differs");
            }
        });
        if (consent.mailable() != contact.doNotContact().isEmpty()) {
            differences.add(customer + ", contact " + contact.id() + ": do-not-contact is "
                    + contact.doNotContact().size() + " entries, mailable is " + consent.mailable());
        }
        Set<String> wanted = segments(row);
        SEGMENTS.keySet().forEach(segment -> {
            boolean member = members.getOrDefault(segment, Set.of()).contains(contact.id());
            if (member != wanted.contains(segment)) {
                differences.add(customer + ", contact " + contact.id() + ": segment " + segment + " differs");
            }
        });
    }

    /**
     * What the CRM says about an address.
     *
     * @param optedOut whether any customer with it opted out
     * @param mailable whether somebody opted in, too, and the address takes mails
     */
    private record Consent(boolean optedOut, boolean mailable) {
        static Consent of(List<Map<String, @Nullable String>> sameAddress) {
            boolean optedOut = sameAddress.stream().anyMatch(one -> "false".equals(one.get("marketing_opt_in")));
            boolean optedIn = sameAddress.stream().anyMatch(one -> "true".equals(one.get("marketing_opt_in")));
            boolean bounced = sameAddress.stream().anyMatch(one -> "true".equals(one.get("bounced")));
            return new Consent(optedOut, optedIn && !optedOut && !bounced);
        }
    }

    private static boolean same(@Nullable Object expected, @Nullable Object found) {
        if (expected instanceof BigDecimal wanted && found instanceof BigDecimal there) {
            return wanted.compareTo(there) == 0;
        }
        return Objects.equals(expected, found);
    }

    private static Set<String> segments(Map<String, @Nullable String> row) {
        String names = row.get("customer_segments");
        Set<String> wanted = new TreeSet<>();
        if (names != null) {
            Arrays.stream(names.split("\n", -1))
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .filter(SEGMENTS::containsKey)
                    .forEach(wanted::add);
        }
        return wanted;
    }

    private static String email(Map<String, @Nullable String> row) {
        String email = row.get("email");
        return email == null ? "" : email.strip().toLowerCase(Locale.ROOT);
    }

    /** Plain ASCII with one @, a local part without stray dots and a domain with a top level. */
    private static boolean usable(String email) {
        int at = email.indexOf('@');
        if (at < 1 || at != email.lastIndexOf('@') || !email.matches("[\\x21-\\x7e]+") || email.contains("..")) {
            return false;
        }
        String local = email.substring(0, at);
        return !local.startsWith(".")
                && !local.endsWith(".")
                && email.substring(at).matches("@[a-z0-9-]+(\\.[a-z0-9-]+)+");
    }

    private static List<Map<String, @Nullable String>> rows(Jdbi crm) {
        return crm.withHandle(handle -> handle.createQuery(ROWS)
                .map((result, context) -> {
                    Map<String, @Nullable String> row = new LinkedHashMap<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.put(result.getMetaData().getColumnName(i), result.getString(i));
                    }
                    return row;
                })
                .list());
    }
}
