package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.mautic.CampaignApi;
import app.gigpigs.mauticsync.mautic.CampaignApi.TransactionalMail;
import app.gigpigs.mauticsync.mautic.MauticRejected;
import app.gigpigs.mauticsync.text.ForeignText;
import java.util.ArrayList;
import java.util.List;

/** E-mails that Mautic sends to people with do-not-contact, because somebody marked them as transactional. */
public final class CampaignChecks {
    private static final int NAMED = 10;

    private final CampaignApi campaigns;

    /** Asks nothing yet. */
    public CampaignChecks(CampaignApi campaigns) {
        this.campaigns = campaigns;
    }

    /** A warning for each of them; they may be meant, such as bills. */
    public List<Finding> findings() {
        List<TransactionalMail> mails;
        try {
            mails = campaigns.transactional();
        } catch (MauticRejected e) {
            return List.of(Finding.notChecked("campaigns", ForeignText.line(String.valueOf(e.getMessage()))));
        }
        List<Finding> findings = new ArrayList<>();
        for (TransactionalMail mail : mails.subList(0, Math.min(NAMED, mails.size()))) {
            findings.add(Finding.warning(
                    "campaign " + mail.campaignId(),
                    "\"" + ForeignText.line(mail.campaign()) + "\" sends \"" + ForeignText.line(mail.event())
                            + "\" as a transactional e-mail: people with do-not-contact get it, too",
                    "if it is no bill or the like: Mautic: open the campaign, edit the event, Email type: Marketing"));
        }
        if (mails.size() > NAMED) {
            findings.add(Finding.warning(
                    "campaigns",
                    (mails.size() - NAMED) + " more e-mails are marked as transactional",
                    "look through the campaigns"));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok("campaigns", "no published one sends e-mails to people with do-not-contact"))
                : findings;
    }
}
