// The one script of our own that pages ask for. collectstatic puts what it names into it (console/static.py).
import "./busy.js";
import "./copy.js";
import "./dialog.js";
import "./failed.js";
import "./filter.js";
import "./menu.js";
import "./picker.js";
import "./theme.js";
import "./time_zone.js";
import "./toast.js";
