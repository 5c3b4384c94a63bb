/*
 * chart.h: the geometry of a bar chart. Numbers in, places out; the drawing is a template's
 * (templates/parts/chart.mustache), so no markup and no word is made here.
 *
 * Across, places are percent of the chart's width, down they are pixels: bars stretch with the
 * page, and letters keep their size on a telephone. A template draws them in an <svg> without a
 * viewBox.
 */
#ifndef VHOD_VIEW_CHART_H
#define VHOD_VIEW_CHART_H

#include "base/err.h"
#include <jansson.h>

/* Which fields of a row are drawn. */
struct chart_fields {
    const char *value; /* a whole number, 0 or more: the bar */
    const char *mark;  /* one to compare it with, drawn across the bar; or NULL */
    const char *label; /* a text: what the bar is for, under some of the bars */
};

/* Makes the geometry of an array of objects:
 *
 *   {height, base,                                   base: where the bars stand, in pixels from
 * above bars:[{x, width, y, height, value, LABEL}],     one a row, in their order; x: its left side
 *    marks:[{x, end, y, value}],                     only with fields.mark
 *    lines:[{y, value}],                     at round numbers, the base not among them
 *    labels:[{x, minor, start, end, LABEL}]}                seven at most; x: the middle of its
 * bar; start and end (bool): so near a side that the text must begin or end there; minor: every
 * other one, to be left out where room is short
 *
 * LABEL is the field that fields.label names, with its value. A missing number is 0. ERR_MEMORY.
 * The caller owns *out. */
enum err chart_make(const json_t *rows, const struct chart_fields *fields, json_t **out);

#endif
