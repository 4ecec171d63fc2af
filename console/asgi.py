"""The console for an ASGI server."""

import os

from django.core.asgi import get_asgi_application

from console.startup import refuse_wrong_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
application = get_asgi_application()
refuse_wrong_start()
