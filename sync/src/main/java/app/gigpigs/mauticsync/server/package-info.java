/**
 * The long-running process: runs on a schedule and after a refresh of the CRM, processes the inbox, reports its
 * health.
 */
@NullMarked
package app.gigpigs.mauticsync.server;

import org.jspecify.annotations.NullMarked;
