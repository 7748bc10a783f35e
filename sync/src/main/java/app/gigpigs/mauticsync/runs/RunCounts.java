package app.gigpigs.mauticsync.runs;

/**
 * What one outbound run did, in numbers. The customers of the view are created + updated + matched + unchanged +
 * skipped + rejected + outcome unknown.
 *
 * @param created contacts that Mautic made
 * @param updated contacts that were ours and changed
 * @param matched contacts that Mautic had already and that now belong to a customer
 * @param unchanged customers that needed nothing
 * @param skipped customers that cannot be sent: no e-mail, malformed, or shared with their owner
 * @param rejected customers that Mautic rejected, in this run or in an earlier one whose retry delay is not over
 * @param warnings optional values that were left out, and unknown names
 * @param segmentsAdded memberships added
 * @param segmentsRemoved memberships removed
 * @param outcomeUnknown customers whose write has no known outcome yet; the next run looks them up
 */
public record RunCounts(
        int created,
        int updated,
        int matched,
        int unchanged,
        int skipped,
        int rejected,
        int warnings,
        int segmentsAdded,
        int segmentsRemoved,
        int outcomeUnknown) {

    /** Contacts that Mautic now has as the CRM has them, because of this run. */
    public int synced() {
        return created + updated + matched;
    }
}
