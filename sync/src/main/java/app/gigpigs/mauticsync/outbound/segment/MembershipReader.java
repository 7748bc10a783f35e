package app.gigpigs.mauticsync.outbound.segment;

import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which of our segments a contact really is in, without changing any. */
public interface MembershipReader {
    /** The CRM's names of those segments. */
    Set<String> of(long contactId);

    /** Asks for every contact on its own: one call each. */
    static MembershipReader asking(Mautic mautic, Map<String, Long> segmentIds) {
        return contactId -> ContactComparison.ours(mautic.segments().ofContact(contactId), segmentIds);
    }

    /** Reads all members once; a bit each, because a set of a million ids would not fit a small heap. */
    static MembershipReader reading(Mautic mautic, Map<String, Long> segmentIds) {
        Map<String, BitSet> members = new HashMap<>();
        segmentIds.forEach((name, id) -> {
            BitSet bits = new BitSet();
            mautic.segments().forEachMember(id, contact -> bits.set(Math.toIntExact(contact)));
            members.put(name, bits);
        });
        return contactId -> {
            Set<String> names = new TreeSet<>();
            members.forEach((name, bits) -> {
                if (bits.get(Math.toIntExact(contactId))) {
                    names.add(name);
                }
            });
            return names;
        };
    }
}
