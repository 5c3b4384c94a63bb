/*
 * page.h: what a page is: a function from a request to a document, and the views of that document.
 * A page never prints and knows no HTTP header; the route (web/route.h) states methods, parameters
 * and the cache rule, this table row the rest.
 */
#ifndef VHOD_PAGES_PAGE_H
#define VHOD_PAGES_PAGE_H

#include "base/settings.h"
#include "directory/snapshot.h"
#include "pages/reader_report.h"
#include "pages/share.h"
#include "view/csv.h"
#include "view/structured.h"
#include "web/request.h"
#include "web/response.h"
#include "web/route.h"

/* What a page function works with; all borrowed. */
struct page_call {
    const struct request *request;
    const struct route_values *values; /* in the order of the route's params */
    const struct settings *settings;
    struct directory *directory;
    enum representation rep;          /* which view of the document will be made */
    const struct mustache *templates; /* for a document that holds ready-made markup (oEmbed) */
    struct reports *reports;          /* key and fresh reports (pages/reader_report.h) */
};

/* What it gives back. Zeroed before the call. */
struct page_answer {
    enum status status; /* STATUS_OK unless said otherwise; an error status shows the error page */
    json_t *document;   /* owned by the answer */
    const struct page *shown; /* whose views the document gets, if not the page's own (an old text
                                 is another kind of page under the same address) */
    char *location;           /* for 301 and 303; owned by the answer */
    char *filename;           /* under which it is saved (struct response); owned by the answer */
    struct event event;       /* kind is the route's; set the id with event_set */
    char *cookie;             /* value of Set-Cookie, or NULL; owned by the answer */
    time_t expires; /* UTC second at which the document stops being true; 0: not until the snapshot
                       changes */
};

typedef enum err page_function(const struct page_call *call, struct page_answer *answer);

/* Makes from a document what its templates see, where that is more than the document: the geometry
 * of charts, long lists in two parts. The caller owns *out; it is decorated after. */
typedef enum err page_dresser(const json_t *document, json_t **out);

/* One of several CSV views of a page. */
struct page_table {
    const char *name; /* as the parameter "table" has it */
    struct csv_view view;
};

struct page {
    page_function *make;
    const char *templates[REP__MAX]; /* of each representation, "pages/region"; NULL: has none, or
                                        needs none (JSON, CSV) */
    const struct csv_view *csv;      /* the CSV view, or NULL */
    const struct page_table *tables; /* or CSV views to choose from: ends with a NULL name, the
                                        first is that without a parameter */
    page_dresser *dress;             /* or NULL: templates see the document */
    structured_maker *structured;    /* JSON-LD inside the HTML view, or NULL */
    const char *media_type;          /* in place of the representation's, or NULL */
    bool digest;                     /* sent with its SHA-256 */
    enum topic topic; /* a page that others may place on theirs: its HTML view gets "embed",
                         "share" (pages/share.h) and "report" (pages/reader_report.h) */
    bool article;     /* a guide or a question: its layout has the style "style-article" */
    bool everywhere;  /* for those who work for all regions, where the document names none: every
                         notice, and what is over */
    bool frames;      /* it shows pages of this site in frames */
    bool figures;     /* charts or the map: its layout has the style "style-figures" */
    bool embeddable; /* the page is an embed: it may stand in a frame, has a style of its own and no
                        script, and shows 404 and 410 in its own templates */
};

#endif
