/*
 * names.h: what the statistics page and the weekly report have in common: counting what the
 * journal holds, asking the tally, and giving what it says the names that people know.
 */
#ifndef VHOD_PAGES_STATS_NAMES_H
#define VHOD_PAGES_STATS_NAMES_H

#include "base/settings.h"
#include "directory/snapshot.h"
#include "pages/page.h"
#include "tally/tally.h"

/* Folds the journal, so that what is asked next is never older than the question. Somebody else
 * folding at the moment, or a failure (logged), is no error: what is committed can still be shown.
 */
enum err stats_collect(const struct settings *settings);

/* True for the owner: a user whom the web server has authenticated, or somebody on this machine, if
 * [stats] loopback trusts it. */
bool stats_is_owner(const struct page_call *call);

/* Opens the published snapshot for a report; one that is not there is logged, with what to do. The
 * caller closes *out. */
enum err stats_open_directory(const struct settings *settings, struct directory **out);

/* Opens the counters for reading. ERR_BUSY: nothing was counted yet, or they are away; others as of
 * tally_open. The caller closes *out. */
enum err stats_open(const struct settings *settings, struct tally **out);

/* The name of "region/ru-alt", "q/7" in the document of the statement "names"; NULL where there is
 * none. Borrowed. */
json_t *stats_name(const json_t *names, const char *path);

/* Today in the site's time zone, in days (tally/period.h). */
enum err stats_today(const struct settings *settings, long *day);

/* The document of tally_statistics with names: "name" in each row of regions, guides, questions,
 * links, embeds and reports (its id where the snapshot has no such thing any more), "path" in links
 * ("/region/ru-alt", or null), and
 *
 *   map:{columns, rows, levels:[{level, least, most}],
 *        tiles:[{iso, code, short, row, column, district, views, level}]}      view/tiles.h
 *   changes:[{date, iso, name}]       days from..to on which a region's sign-in address changed
 *
 * The question's own_host is filled in here. Errors as tally_statistics and directory_document. The
 * caller owns *out. */
enum err stats_read(const struct settings *settings, struct directory *directory,
                    const struct tally_question *question, json_t **out);

#endif
