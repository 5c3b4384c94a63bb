/*
 * publish.c: from data/ to directory.db in place: the order of the steps. Contract: publish.h. Each
 * step has a file of its own: what was published (published.c), reading (content.c), judging
 * (consistency.c), the archive (record.c), the new file (build.c), the swap (swap.c).
 */
#include "content/publish.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "content/advice.h"
#include "content/announce.h"
#include "content/build.h"
#include "content/consistency.h"
#include "content/content.h"
#include "content/history.h"
#include "content/published.h"
#include "content/record.h"
#include "content/swap.h"
#include "directory/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Builds beside the snapshot and swaps, unless the content is the published one. The archive gets
 * what is new in between: once the new snapshot can be had, and before anybody sees it. A crash
 * right after that leaves an archive that knows these texts already, and the next publish finds
 * nothing new in them. */
static enum err replace(const char *snapshot, const struct content *content,
                        const struct published *published, struct history *history,
                        struct publish_summary *summary)
{
    char *made = NULL;
    enum err err;
    bool same;

    if (asprintf(&made, "%s.new", snapshot) < 0)
        return ERR_MEMORY;
    err = swap_make_empty(made);
    if (err != ERR_NONE)
        goto out;
    err = record_changes(history, content, published);
    if (err == ERR_NONE)
        err = build_snapshot(made, content, history, summary->identity);
    if (err == ERR_NONE)
        err = history_commit(history);
    same = strcmp(summary->identity, published->identity) == 0 &&
           strcmp(DIRECTORY_SCHEMA, published->schema) == 0 &&
           strcmp(history_head(history), published->history) == 0;
    if (err == ERR_NONE && !same) {
        err = swap_in(made, snapshot);
        summary->changed = err == ERR_NONE;
    } else if (err == ERR_NONE) {
        err = swap_mend_copy(snapshot);
    }
    if (!summary->changed)
        unlink(made);
out:
    free(made);
    return err;
}

/* --- check and publish --- */

static void sum_up(struct publish_summary *summary, const struct content *content)
{
    *summary = (struct publish_summary){.regions = content->region_count};
    for (size_t i = 0; i < content->region_count; i++)
        summary->addresses += content->regions[i].login_count;
    for (size_t i = 0; i < content->portal_count; i++)
        summary->addresses += content->portals[i].address_count;
    for (size_t i = 0; i < content->article_count; i++) {
        if (content->articles[i].question)
            summary->questions++;
        else
            summary->guides++;
    }
}

/* Everything that a check reads; to be freed whatever happens. */
struct reading {
    struct content content;
    struct published published;
    struct history *history; /* NULL: nothing to compare with was named */
};

static void reading_free(struct reading *reading)
{
    content_free(&reading->content);
    published_free(&reading->published);
    history_close(reading->history);
}

/* Notices are no part of a snapshot, but what is wrong with them is wrong with the content. Where
 * they name no time zone any will do: which one is the settings' matter. */
static enum err check_notices(const char *data, struct faults *faults)
{
    json_t *list = NULL;
    enum err err = announce_read(data, "UTC", faults, &list);

    json_decref(list);
    return err == ERR_INVALID ? ERR_NONE : err;
}

/* Reads and checks everything. */
static enum err read_all(struct reading *reading, const char *data, const char *previous,
                         struct faults *faults)
{
    size_t before = faults_count(faults);
    enum err err = published_read(&reading->published, previous);

    if (err == ERR_NONE && previous != NULL)
        err = published_open_history(&reading->history, &reading->published, previous);
    if (err == ERR_NONE)
        err = content_read(&reading->content, data, faults);
    if (err == ERR_NONE)
        err = check_content(&reading->content, data, &reading->published, faults);
    if (err == ERR_NONE)
        err = check_notices(data, faults);
    if (err == ERR_NONE && faults_count(faults) > before)
        err = ERR_INVALID;
    return err;
}

/* Lists what is retired now and was not when it was published. */
static enum err find_retiring(struct words *out, const struct content *content,
                              const struct published *published)
{
    struct buffer list = BUFFER_INIT;
    enum err err;

    for (size_t i = 0; i < published->article_count; i++) {
        const struct published_article *old = &published->articles[i];
        const struct article *article = content_article(content, old->id);

        if (!old->retired && article != NULL && !article->broken &&
            article->head.values[HEAD_RETIRED].text != NULL)
            buffer_printf(&list, "%s%s", list.len > 0 ? "," : "", old->id);
    }
    err = buffer_failed(&list) ? ERR_MEMORY : list_split(out, buffer_text(&list));
    buffer_free(&list);
    return err;
}

void publish_summary_free(struct publish_summary *summary)
{
    list_free(&summary->retiring);
}

/* confirm_months: 0: no warnings. */
static enum err check(const char *data, const char *previous, long confirm_months,
                      struct faults *faults, struct publish_summary *summary)
{
    struct reading reading = {.history = NULL};
    enum err err = read_all(&reading, data, previous, faults);

    if (confirm_months > 0 && (err == ERR_NONE || err == ERR_INVALID)) {
        enum err advised =
            advice_give(&reading.content, data, reading.history, confirm_months, faults);

        err = err == ERR_NONE ? advised : err;
    }
    if (err == ERR_NONE && faults_untold(faults))
        err = ERR_MEMORY;
    if (summary != NULL)
        sum_up(summary, &reading.content);
    if (summary != NULL && err == ERR_NONE)
        err = find_retiring(&summary->retiring, &reading.content, &reading.published);
    reading_free(&reading);
    return err;
}

enum err content_check(const char *data, const char *previous, struct faults *faults,
                       struct publish_summary *summary)
{
    return check(data, previous, 0, faults, summary);
}

enum err content_advise(const char *data, const char *previous, long confirm_months,
                        struct faults *faults, struct publish_summary *summary)
{
    return check(data, previous, confirm_months, faults, summary);
}

/* An entry of before the newest one would tell a text's history backwards, for ever. */
static enum err refuse_old_clock(const struct history *history)
{
    size_t count = history_count(history);
    char now[21];

    clock_format(clock_now(), now);
    if (count == 0 || strcmp(now, history_entry(history, count - 1)->published) >= 0)
        return ERR_NONE;
    log_error("the clock says %s, but the newest entry of the archive is of %s. Nothing was "
              "published. Set the clock right and publish again",
              now, history_entry(history, count - 1)->published);
    return ERR_SYSTEM;
}

static enum err publish_locked(const char *data, const char *snapshot, struct faults *faults,
                               struct publish_summary *summary)
{
    struct reading reading = {.history = NULL};
    struct publish_summary figures;
    enum err err = swap_refuse_journals(snapshot);

    if (err == ERR_NONE)
        err = read_all(&reading, data, snapshot, faults);
    if (err == ERR_NONE)
        err = refuse_old_clock(reading.history);
    sum_up(&figures, &reading.content);
    if (err == ERR_NONE)
        err = replace(snapshot, &reading.content, &reading.published, reading.history, &figures);
    if (summary != NULL)
        *summary = figures;
    reading_free(&reading);
    return err;
}

enum err content_publish(const char *data, const char *snapshot, struct faults *faults,
                         struct publish_summary *summary)
{
    char *folder = file_folder(snapshot);
    int fd = -1;
    enum err err = folder != NULL ? file_make_folder(folder) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = swap_lock(&fd, snapshot);
    if (err == ERR_NONE)
        err = publish_locked(data, snapshot, faults, summary);
    if (fd >= 0)
        close(fd);
    free(folder);
    return err;
}
