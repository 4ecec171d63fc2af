"""The console for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from console.startup import refuse_wrong_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
application = get_wsgi_application()
refuse_wrong_start()
