package app.gigpigs.mauticsync.reconcile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds values that come more than once among millions, keeping twelve bytes of each: a hash and the contact's id.
 * Two values may have the same hash, so what is found has to be confirmed.
 */
final class DuplicateFinder {
    private long[] hashes = new long[1_024];
    private int[] ids = new int[1_024];
    private int size;

    void add(String value, long contactId) {
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, size + size / 2);
            ids = Arrays.copyOf(ids, size + size / 2);
        }
        hashes[size] = hash(value);
        ids[size++] = Math.toIntExact(contactId);
    }

    /** The contacts of every hash that came more than once. */
    Collection<List<Long>> repeated() {
        long[] sorted = Arrays.copyOf(hashes, size);
        Arrays.sort(sorted);
        Map<Long, List<Long>> groups = new TreeMap<>();
        for (int i = 1; i < size; i++) {
            if (sorted[i] == sorted[i - 1]) {
                groups.put(sorted[i], new ArrayList<>());
            }
        }
        for (int i = 0; i < size && !groups.isEmpty(); i++) {
            List<Long> group = groups.get(hashes[i]);
            if (group != null) {
                group.add((long) ids[i]);
            }
        }
        return groups.values();
    }

    private static long hash(String value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
