/**
 * What every journey needs to run: the lease that lets one run push at a time, and the log of runs.
 *
 * <p>The lease is one row with an expiry and a token. Whoever inserts it, or finds it expired, holds it and counts the
 * token up; the holder renews it every few seconds. A second process watches it for a moment: a row that is renewed
 * belongs to a living run, a row that is not expires and is taken over. Every write of a run names its token, so that
 * a run that lost its lease (a long pause, a cut network) cannot write over its successor.
 *
 * <pre>
 *   free ── acquire ──► held ── renew ──► held ── release ──► free
 *                        └── not renewed for the lease's length ──► expired ── acquire by another ──► held (token + 1)
 * </pre>
 */
@NullMarked
package app.gigpigs.mauticsync.runs;

import org.jspecify.annotations.NullMarked;
