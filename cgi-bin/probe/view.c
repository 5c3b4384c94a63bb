/*
 * view.c: the results of the probe for pages. Contract in view.h.
 */
#include "probe/view.h"
#include "base/clock.h"
#include "base/json.h"
#include "probe/results.h"
#include <string.h>
#include <sys/stat.h>

/* Reads the file again if it is another one than before. */
static void refresh(struct probe_view *view, const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        probe_view_free(view);
        return;
    }
    if (view->looked && view->inode == status.st_ino && view->size == status.st_size &&
        view->changed.tv_sec == status.st_mtim.tv_sec &&
        view->changed.tv_nsec == status.st_mtim.tv_nsec)
        return;
    probe_view_free(view);
    (void)results_read(path, &view->document); /* logged; there are none then */
    view->looked = true;
    view->changed = status.st_mtim;
    view->inode = status.st_ino;
    view->size = status.st_size;
}

const json_t *probe_view_read(struct probe_view *view, const char *path, time_t now)
{
    char oldest[21];

    refresh(view, path);
    clock_format(now - PROBE_FRESH_SECONDS, oldest);
    if (view->document == NULL || strcmp(json_text(view->document, "at"), oldest) < 0)
        return NULL;
    return view->document;
}

void probe_view_free(struct probe_view *view)
{
    json_decref(view->document);
    memset(view, 0, sizeof *view);
}
