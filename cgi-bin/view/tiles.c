/*
 * tiles.c: levels of the tile map. By rank and not by share of the largest: one capital would else
 * leave every other tile in the lowest level.
 */
#include "view/tiles.h"

#include <stdlib.h>

static int compare(const void *left, const void *right)
{
    json_int_t a = *(const json_int_t *)left, b = *(const json_int_t *)right;

    return (a > b) - (a < b);
}

/* Numbers above 0 of all tiles, in order; *count of them. NULL without memory. */
static json_int_t *ranking(const json_t *tiles, size_t *count)
{
    json_int_t *numbers = calloc(json_array_size(tiles) + 1, sizeof *numbers);
    size_t i;
    const json_t *tile;

    *count = 0;
    if (numbers == NULL)
        return NULL;
    json_array_foreach (tiles, i, tile) {
        json_int_t views = json_integer_value(json_object_get(tile, "views"));

        if (views > 0)
            numbers[(*count)++] = views;
    }
    qsort(numbers, *count, sizeof *numbers, compare);
    return numbers;
}

/* The level by the place of the first number that is as large. */
static int level_of(const json_int_t *numbers, size_t count, json_int_t views)
{
    size_t place = 0;

    while (place < count && numbers[place] < views)
        place++;
    return views == 0 || count == 0 ? 0 : 1 + (int)(place * TILES_LEVELS / count);
}

static int set_views(json_t *tiles, const json_t *counts)
{
    size_t i;
    json_t *tile;
    int failed = 0;

    json_array_foreach (tiles, i, tile) {
        const char *iso = json_string_value(json_object_get(tile, "iso"));
        json_int_t views = json_integer_value(json_object_get(counts, iso == NULL ? "" : iso));

        failed |= json_object_set_new(tile, "views", json_integer(views < 0 ? 0 : views));
    }
    return failed;
}

/* The levels that tiles have, with the least and the largest number in them. */
static json_t *legend(const json_int_t *numbers, size_t count)
{
    json_t *levels = json_array();
    size_t first = 0;

    for (size_t i = 0; i < count; i++) {
        int level = level_of(numbers, count, numbers[i]);

        if (i + 1 < count && level_of(numbers, count, numbers[i + 1]) == level)
            continue;
        json_array_append_new(levels, json_pack("{s:i, s:I, s:I}", "level", level, "least",
                                                numbers[first], "most", numbers[i]));
        first = i + 1;
    }
    return levels;
}

enum err tiles_fill(json_t *map, const json_t *counts)
{
    json_t *tiles = json_object_get(map, "tiles"), *tile;
    size_t count, i;
    int failed = set_views(tiles, counts);
    json_int_t *numbers = ranking(tiles, &count);

    if (numbers == NULL)
        return ERR_MEMORY;
    json_array_foreach (tiles, i, tile) {
        json_int_t views = json_integer_value(json_object_get(tile, "views"));

        failed |= json_object_set_new(tile, "level", json_integer(level_of(numbers, count, views)));
    }
    failed |= json_object_set_new(map, "levels", legend(numbers, count));
    free(numbers);
    return failed ? ERR_MEMORY : ERR_NONE;
}
