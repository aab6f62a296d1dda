"""What ill-meaning people put into words, names, addresses and microformats; each rings `ALARM`
where it runs, or asks a `STRANGER` where it is loaded."""

from __future__ import annotations

STRANGER = "https://stranger.example"
ALARM = "window.alarm=1"
# Each is put into name, address, portrait, title and words of an entry of its own.
CORPUS = [
    f"<script>{ALARM}</script>",
    f'<img src=x onerror="{ALARM}">',
    f'<svg onload="{ALARM}"><script>{ALARM}</script></svg>',
    f'<iframe srcdoc="<script>parent.{ALARM}</script>"></iframe>',
    f'<a href="javascript:{ALARM}" class="go">x</a>',
    f'<a href="java&#9;script:{ALARM}" class="go">x</a>',
    f'<a href="data:text/html,<script>{ALARM}</script>">x</a>',
    f'<math><mtext><table><mglyph><style><img src=x onerror="{ALARM}"></table></math>',
    f'<noscript><p title="</noscript><img src=x onerror={ALARM}>"></noscript>',
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={ALARM}>",
    f'<template><img src=x onerror="{ALARM}"></template>',
    f'<p style="background:url({STRANGER}/style.png)">x</p>',
    f'<style>@import "{STRANGER}/a.css"; body {{ background: url({STRANGER}/b.png) }}</style>',
    f'<link rel=stylesheet href="{STRANGER}/a.css"><link rel=preload as=image href="{STRANGER}/c">',
    f'<img src="{STRANGER}/pixel.png" srcset="{STRANGER}/2x.png 2x">',
    f'<picture><source srcset="{STRANGER}/s.png"><img src="{STRANGER}/i.png"></picture>',
    f'<video src="{STRANGER}/v.mp4" poster="{STRANGER}/p.png" autoplay></video>',
    f'<audio src="{STRANGER}/a.mp3" autoplay></audio><embed src="{STRANGER}/e">',
    f'<object data="{STRANGER}/o"><param name=src value="{STRANGER}/o"></object>',
    f'<meta http-equiv=refresh content="0;url={STRANGER}/"><base href="{STRANGER}/">',
    f'<form action="{STRANGER}/steal"><input name=a autofocus onfocus="{ALARM}"></form>',
    f'"><script>{ALARM}</script>',
    f"'-{ALARM}-'",
    "]]><!--<p>",
    "</article></main></body></html><script>window.alarm=1</script>",
    "{{ 7*7 }}{% for x in y %}",
    "\u202e\u2066 reversed \x00\x07",
    "<b>" * 500 + "deep",
    "&lt;script&gt;window.alarm=1&lt;/script&gt;",
    f'<details open ontoggle="{ALARM}">x</details><marquee onstart="{ALARM}">x</marquee>',
]


def hostile(payload: str, target: str) -> str:
    quoted = payload.replace('"', "&quot;")
    return (
        f'<html lang="{quoted}"><title>{payload}</title><div class="h-entry">'
        f'<div class="p-author h-card"><span class="p-name">{quoted}</span>'
        f'<a class="u-url" href="{quoted}">x</a><img class="u-photo" src="{quoted}" alt=""></div>'
        f'<a class="u-in-reply-to" href="{target}">x</a><a class="u-url" href="{quoted}">x</a>'
        f'<h1 class="p-name">{quoted}</h1><p class="p-summary">{quoted}</p>'
        f'<time class="dt-published" datetime="{quoted}">{quoted}</time>'
        f'<img class="u-photo" src="{quoted}" alt="{quoted}"><data class="u-syndication" '
        f'value="{quoted}"></data><div class="e-content">said {payload}</div></div>'
    )
