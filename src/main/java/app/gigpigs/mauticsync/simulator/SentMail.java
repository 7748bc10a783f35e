package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.List;

/**
 * What the simulator's database holds of an e-mail that went to somebody.
 *
 * @param statId the id in email_stats
 * @param address the address at that time
 * @param hash names it in the links of the e-mail
 * @param opens when it was opened, in that order; one entry for each time
 * @param failed whether it bounced
 */
public record SentMail(
        long statId, long emailId, long contactId, String address, String hash, List<Instant> opens, boolean failed) {
    public SentMail {
        opens = List.copyOf(opens);
    }

    static SentMail of(MailStat stat) {
        return new SentMail(
                stat.id,
                stat.mail.id,
                stat.recipient.contactId(),
                stat.recipient.address(),
                stat.hash(),
                stat.openings().stream().map(MailStat.Opening::at).toList(),
                stat.failed());
    }
}
