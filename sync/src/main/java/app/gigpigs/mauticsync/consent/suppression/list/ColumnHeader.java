package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a column says.
 *
 * @param yesNo what the column is for if its values are yes and no
 * @param reason of the opt-outs that the column tells about; null when it names none
 * @param exact whether every part of the name is understood, and about an address or a person
 * @param aboutMail whether the name is about mail or a negation, but not about how mails are doing: yes and no in such a
 *     column may be an opt-out
 * @param known whether most of the name is understood, as of a name that headers have
 */
record ColumnHeader(Role role, Role yesNo, @Nullable Reason reason, boolean exact, boolean aboutMail, boolean known) {
    static final ColumnHeader NONE = new ColumnHeader(Role.UNKNOWN, Role.UNKNOWN, null, false, false, false);
    /** Who did it, not whether. */
    private static final Pattern BY = Pattern.compile(".+ (?:by|von|durch|par|por|door)");

    /** A mistyped address ends so. */
    private static final Pattern ENDING = Pattern.compile("\\S+\\.\\p{Alpha}{2,}");

    private static final Set<Concept> OF_AN_ADDRESS = EnumSet.of(Concept.MAIL, Concept.RECIPIENT, Concept.FILLER);

    static ColumnHeader of(String name) {
        String plain = Vocabulary.plain(name);
        if (BY.matcher(plain).matches()) {
            return NONE;
        }
        List<Set<Concept>> parts = Vocabulary.concepts(plain);
        // "Subscription" alone may be one that is paid for.
        parts.stream()
                .filter(part -> part.contains(Concept.SUBSCRIPTION))
                .forEach(part -> part.remove(Concept.SUBSCRIBED));
        Set<Concept> all = EnumSet.noneOf(Concept.class);
        Set<Concept> strong = EnumSet.noneOf(Concept.class);
        parts.forEach(part -> {
            all.addAll(part);
            if (!part.contains(Concept.FILLER)) {
                strong.addAll(part);
            }
        });
        boolean known = parts.stream().noneMatch(Set::isEmpty);
        Set<Concept> optedOut = EnumSet.noneOf(Concept.class);
        all.stream().filter(Concept.OPTED_OUT::contains).forEach(optedOut::add);
        Reason reason = optedOut.isEmpty() || optedOut.equals(EnumSet.of(Concept.BLOCKED))
                ? null
                : ValueReader.strongest(optedOut);
        boolean exact = known
                && all.contains(Concept.MAIL)
                && parts.stream().allMatch(part -> part.stream().anyMatch(OF_AN_ADDRESS::contains));
        Naming naming = new Naming(all, strong, optedOut, known, parts.size());
        Role role = naming.role();
        return new ColumnHeader(
                role,
                naming.yesNo(role),
                reason,
                exact && role == Role.EMAIL,
                naming.aboutMail(),
                isKnown(role, parts)
                        && (role == Role.EMAIL || !ENDING.matcher(name.strip()).matches()));
    }

    private static boolean isKnown(Role role, List<Set<Concept>> parts) {
        List<Set<Concept>> meaningful =
                parts.stream().filter(part -> !part.contains(Concept.FILLER)).toList();
        return role != Role.UNKNOWN
                && meaningful.stream().filter(part -> !part.isEmpty()).count() * 2 >= meaningful.size();
    }

    /** The concepts of a name: of all parts, and of those that do more than join others. */
    private record Naming(Set<Concept> all, Set<Concept> strong, Set<Concept> optedOut, boolean known, int parts) {
        Role role() {
            if (all.contains(Concept.CHANNEL) && !all.contains(Concept.MAIL)) {
                return Role.NEUTRAL;
            }
            if (all.contains(Concept.PENDING) && optedOut.isEmpty()) {
                return Role.UNKNOWN;
            }
            boolean subscribed =
                    strong.contains(Concept.SUBSCRIBED) || (optedOut.isEmpty() && all.contains(Concept.SUBSCRIBED));
            if (!optedOut.isEmpty() || subscribed) {
                return about(subscribed);
            }
            if (all.contains(Concept.REASON) || all.contains(Concept.SOFT)) {
                return all.contains(Concept.REASON) ? Role.REASON : Role.UNKNOWN;
            }
            if (all.contains(Concept.STATUS)) {
                return all.contains(Concept.NEUTRAL) || !known ? Role.KIND : Role.STATUS;
            }
            return all.contains(Concept.KIND) ? kind() : other();
        }

        /** A status of opting out, or of its opposite, whose values are yes and no. */
        Role yesNo(Role role) {
            boolean subscribed = all.contains(Concept.SUBSCRIBED);
            return role != Role.STATUS || subscribed == !optedOut.isEmpty() ? role : flag();
        }

        boolean aboutMail() {
            return (all.contains(Concept.MAIL) || negated())
                    && !all.contains(Concept.NEUTRAL)
                    && !all.contains(Concept.ENGAGED);
        }

        private Role flag() {
            return optedOut.isEmpty() == negated() ? Role.OPTED_OUT : Role.SUBSCRIBED;
        }

        private boolean negated() {
            return all.stream().anyMatch(Concept.NEGATION::contains);
        }

        /** About opting out, or its opposite. */
        private Role about(boolean subscribed) {
            if (all.contains(Concept.SOFT)) {
                return Role.UNKNOWN;
            }
            boolean both = subscribed && !optedOut.isEmpty();
            if (all.contains(Concept.REASON)) {
                return optedOut.isEmpty() ? Role.TEXT : Role.OPT_OUT_REASON;
            }
            if (all.contains(Concept.STATUS) || both) {
                return Role.STATUS;
            }
            if (all.contains(Concept.KIND)) {
                return optedOut.isEmpty() ? kind() : Role.OPT_OUT_REASON;
            }
            if (strong.contains(Concept.NEUTRAL) || strong.contains(Concept.TEXT)) {
                return optedOut.isEmpty() ? Role.TEXT : Role.DETAIL;
            }
            if (optedOut.isEmpty() && !strong.contains(Concept.SUBSCRIBED) && isPerson()) {
                return all.contains(Concept.MAIL) ? Role.EMAIL : Role.RECIPIENT;
            }
            boolean dated = strong.contains(Concept.DATE) && optedOut.isEmpty() && !negated();
            return dated ? Role.SUBSCRIBED_AT : flag();
        }

        private Role subscription() {
            if (strong.contains(Concept.DATE)) {
                return Role.SUBSCRIBED_AT;
            }
            return all.contains(Concept.MAIL) ? flag() : Role.UNKNOWN;
        }

        private boolean isPerson() {
            return all.contains(Concept.RECIPIENT);
        }

        private Role kind() {
            return all.contains(Concept.NEUTRAL) || all.contains(Concept.TEXT) ? Role.TEXT : Role.KIND;
        }

        private Role other() {
            if (all.contains(Concept.SENDER)
                    && (all.contains(Concept.MAIL) || strong.contains(Concept.SENDER) || parts == 1)) {
                return Role.SENDER;
            }
            if (all.contains(Concept.SUBSCRIPTION)) {
                return subscription();
            }
            if (all.contains(Concept.MAIL)) {
                return Role.EMAIL;
            }
            if (all.contains(Concept.NEUTRAL) || all.contains(Concept.ENGAGED)) {
                return Role.NEUTRAL;
            }
            if (all.contains(Concept.TEXT)) {
                return Role.TEXT;
            }
            if (strong.contains(Concept.DATE)) {
                return Role.DATE;
            }
            return all.contains(Concept.RECIPIENT) ? Role.RECIPIENT : Role.UNKNOWN;
        }
    }
}
