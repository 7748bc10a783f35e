package app.gigpigs.mauticsync.plan;

import app.gigpigs.mauticsync.outbound.diff.ChangeSet;

/**
 * What a run would do, judged from the CRM's side alone.
 *
 * @param create customers without a contact; some may turn out to be in Mautic already
 * @param update customers with a contact that changed
 * @param unchanged nothing to do
 * @param skipped no usable e-mail address of their own
 * @param removed were sent once and would leave our segments
 * @param waiting rejected before, or possibly still being written
 */
public record PlannedCounts(int create, int update, int unchanged, int skipped, int removed, int waiting) {
    static PlannedCounts of(ChangeSet changes) {
        int update = (int) changes.pushes().stream()
                .filter(push -> push.contactId() != null)
                .count();
        return new PlannedCounts(
                changes.pushes().size() - update,
                update,
                changes.unchanged(),
                changes.skips().size() + changes.stillSkipped(),
                changes.removed().size(),
                changes.waiting() + changes.inFlight());
    }
}
