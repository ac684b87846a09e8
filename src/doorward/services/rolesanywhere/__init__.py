"""IAM Roles Anywhere: sessions for whoever holds a certificate of an authority that is trusted.

CreateSession is in no model; `server/anywhere` answers it.
"""
