package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.push.Canary;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;

/**
 * The Mautic that a run writes to, checked.
 *
 * @param schema its contact fields
 * @param segments its segments for the CRM's, some of which may have to be created
 * @param trust how much is known of its version
 */
record Target(TargetSchema schema, SegmentTable.Found segments, Canary.Trust trust) {}
