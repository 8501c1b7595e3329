group_by(.group)
| map({group: .[0].group, sum: (map(.amount) | add),
       tags: (map(.tags[]) | unique | length),
       names: (map(.name | ascii_upcase) | sort | join(","))})
