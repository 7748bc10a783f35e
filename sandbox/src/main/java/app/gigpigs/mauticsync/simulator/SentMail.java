package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.List;

/**
 * An e-mail that was sent to one recipient, as stored.
 *
 * @param contactId the contact's id, after a merge the winner's
 * @param statId the id in email_stats
 * @param address the address at that time
 * @param hash its name in the links of the e-mail
 * @param opens the times of all opens, in order
 * @param failed whether it bounced
 */
public record SentMail(
        long statId, long emailId, long contactId, String address, String hash, List<Instant> opens, boolean failed) {
    public SentMail {
        opens = List.copyOf(opens);
    }

    static SentMail of(MailStat stat, long contactId) {
        return new SentMail(
                stat.id,
                stat.mail.id,
                contactId,
                stat.recipient.address(),
                stat.hash(),
                stat.openings().stream().map(MailStat.Opening::at).toList(),
                stat.failed());
    }
}
