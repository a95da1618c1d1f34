"""Standing connections to a carrier: CMPP 2.0 and SMPP 3.4, which differ in their frames and agree in the rest."""
