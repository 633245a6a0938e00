"""One explorer in two places: a widget of JupyterLab, and a page that needs no network.

`payload` makes of frames what the browser gets; `assets` has the script and the style, which both places share;
`widget` is the widget.  What is drawn, counted and estimated happens in the browser, in the scripts beside this file.
"""
