package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Ids;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Whether Amazon and Mautic speak of the same mail to an address. They have no id in common, so it is decided in this
 * order:
 *
 * <ol>
 *   <li>Amazon's id of the mail: two reports with it are about one mail.
 *   <li>The tracking hash, if Amazon repeats the mail's headers: it is Mautic's row of the mail.
 *   <li>Mautic's e-mail, from the header X-EMAIL-ID: a different one is a different mail.
 *   <li>The times. Mautic notes a mail before it gives it to Amazon, so Amazon's time of sending is within two days after
 *       Mautic's. A do-not-contact entry has only the time when Mautic learned of the bounce: it is within two weeks after
 *       Amazon's time of sending, for bounces that are fetched from a mailbox. The nearest wins.
 * </ol>
 *
 * <p>Each mail is matched once on either side. If two mails to one address are taken for each other, their number is
 * still right. Pure.
 */
final class SameMail {
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);
    private static final Duration LONGEST_QUEUE = Duration.ofDays(2);
    private static final Duration LONGEST_RETURN = Duration.ofDays(14);

    private SameMail() {}

    /** The one of these mails to the same address that Amazon reports, whether Amazon or Mautic reported it before. */
    static Optional<Known> ofSes(Collection<Known> known, BouncedMail ses) {
        Optional<Known> same = known.stream()
                .filter(each -> ses.ids().sesMessageId() != null
                        && ses.ids().sesMessageId().equals(each.mail().ids().sesMessageId()))
                .findFirst();
        return same.isPresent()
                ? same
                : nearest(
                        known.stream()
                                .filter(each -> each.mail().ids().sesMessageId() == null)
                                .filter(each -> fits(ses, each.mail()))
                                .toList(),
                        ses);
    }

    /** The one of these mails, reported by Amazon, that Mautic's row is about. */
    static Optional<Known> ofStat(Collection<Known> known, BouncedMail mautic) {
        return nearest(
                known.stream()
                        .filter(each -> each.row().fromSesAlone() && fits(each.mail(), mautic))
                        .toList(),
                mautic);
    }

    /** The one of these mails, reported by Amazon, that a do-not-contact entry is about. */
    static Optional<Known> ofReport(Collection<Known> known, BouncedMail mautic) {
        return ofStat(known.stream().filter(each -> !each.progress().reported()).toList(), mautic);
    }

    private static boolean fits(BouncedMail ses, BouncedMail mautic) {
        Ids one = ses.ids();
        Ids other = mautic.ids();
        if (one.trackingHash() != null && other.trackingHash() != null) {
            return one.trackingHash().equals(other.trackingHash());
        }
        boolean differentEmail = one.emailId() != null
                && other.emailId() != null
                && !one.emailId().equals(other.emailId());
        return !differentEmail && timesFit(ses, mautic);
    }

    private static boolean timesFit(BouncedMail ses, BouncedMail mautic) {
        Instant sent =
                ses.times().sent() == null ? ses.times().bounced() : ses.times().sent();
        return mautic.times().sent() == null
                ? within(sent, mautic.times().bounced(), LONGEST_RETURN)
                : within(mautic.times().sent(), sent, LONGEST_QUEUE);
    }

    private static boolean within(Instant first, Instant second, Duration most) {
        return !second.isBefore(first.minus(CLOCKS_DIFFER)) && !second.isAfter(first.plus(most));
    }

    private static Optional<Known> nearest(Collection<Known> fitting, BouncedMail mail) {
        return fitting.stream()
                .min(Comparator.comparing((Known each) -> !sameHash(each.mail().ids(), mail.ids()))
                        .thenComparing(each -> distance(each.mail(), mail)));
    }

    private static boolean sameHash(Ids one, Ids other) {
        return one.trackingHash() != null && one.trackingHash().equals(other.trackingHash());
    }

    private static Duration distance(BouncedMail one, BouncedMail other) {
        Instant sent = one.times().sent();
        Instant otherSent = other.times().sent();
        return sent != null && otherSent != null
                ? Duration.between(sent, otherSent).abs()
                : Duration.between(one.times().bounced(), other.times().bounced())
                        .abs();
    }
}
